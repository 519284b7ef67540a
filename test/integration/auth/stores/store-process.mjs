// A server process of its own, as far as its store is concerned: opens the file, takes part in a race, tells.
import { argv } from 'node:process';
import { openTokenStore } from '../../../../src/modules/auth/stores/open-token-store.ts';
import { SystemClock } from '../../../../src/modules/telemetry/system-clock.ts';

const silent = { write: () => undefined, setLevel: () => undefined };
const { store, subkeys } = await openTokenStore(
  { kind: 'sqlite', path: argv[2], keys: null },
  new SystemClock(),
  silent,
);
const inAMinute = new Date(Date.now() + 60_000);
const isNew = await store.putNew('Code', 'one', { n: 1 }, inAMinute);
const consumed = await store.consume('Code', 'one');
await store.close();
console.log(JSON.stringify({ subkey: subkeys('cookies')[0].toString('hex'), isNew, consumed }));
