import { setTimeout as pause } from 'node:timers/promises';
import { startRedis } from '../../e2e/support/redis.ts';
import { aKey, aRedisStore } from '../builders/a-token-store.js';
import { tokenStoreContract } from './token-store.contract.js';

tokenStoreContract('RedisTokenStore', async () => {
  const redis = await startRedis();
  const keys = [aKey()];
  const { store } = await aRedisStore(redis.url, { keys });
  const { store: replica } = await aRedisStore(redis.url, { keys });
  return {
    store,
    replica,
    now: () => new Date(),
    pass: (ms: number) => pause(ms),
    close: async () => {
      await store.close();
      await replica.close();
      await redis.stop();
    },
  };
});
