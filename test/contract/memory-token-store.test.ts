import { FakeClock } from '../fakes/fake-clock.js';
import { MemoryTokenStore } from '../fakes/memory-token-store.js';
import { tokenStoreContract } from './token-store.contract.js';

tokenStoreContract('MemoryTokenStore', () => {
  const clock = new FakeClock();
  const store = new MemoryTokenStore(clock);
  return Promise.resolve({
    store,
    replica: store,
    now: () => clock.now(),
    pass: (ms: number) => {
      clock.advance(ms);
      return Promise.resolve();
    },
    close: () => store.close(),
  });
});
