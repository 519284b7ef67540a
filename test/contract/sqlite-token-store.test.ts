import { aKey, aStoreFolder } from '../builders/a-token-store.js';
import { tokenStoreContract } from './token-store.contract.js';

tokenStoreContract('SqliteTokenStore', async () => {
  const folder = aStoreFolder();
  const keys = [aKey()];
  const { store } = await folder.open(keys);
  const { store: replica } = await folder.open(keys);
  return {
    store,
    replica,
    now: () => folder.clock.now(),
    pass: (ms: number) => {
      folder.clock.advance(ms);
      return Promise.resolve();
    },
    close: async () => {
      await store.close();
      await replica.close();
      folder.remove();
    },
  };
});
