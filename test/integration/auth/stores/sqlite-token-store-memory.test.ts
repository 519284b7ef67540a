import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aKey, aStoreFolder, type StoreFolder } from '../../../builders/a-token-store.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('SqliteTokenStore', () => {
  let folder: StoreFolder;
  beforeEach(() => {
    folder = aStoreFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it('keeps its memory through 20,000 records', async () => {
    const { store } = await folder.open([aKey()]);
    const later = new Date(folder.clock.now().getTime() + 60_000);
    const memoryAfter = async (from: number, to: number): Promise<number> => {
      for (let n = from; n < to; n += 1) {
        await store.put('AccessToken', `id-${n}`, { n, grantId: `grant-${n % 100}` }, later);
        await store.find('AccessToken', `id-${n}`);
      }
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };

    const warm = await memoryAfter(0, 5_000);
    const grown = (await memoryAfter(5_000, 20_000)) - warm;

    expect(grown).toBeLessThan(3 * 1024 * 1024);
    await store.close();
  }, 60_000);
});
