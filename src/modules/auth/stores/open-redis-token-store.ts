import type { Redis } from 'ioredis';
import type { TokenStoreConfig } from '../../../common/domain/app-config.js';
import { keyBytes } from '../../../common/domain/key-text.js';
import { OAuthStartError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { KeyRing } from './key-ring.js';
import type { OpenedTokenStore } from './opened-token-store.js';
import { RecordCipher } from './record-cipher.js';
import { connectRedis, disconnectRedis } from './redis-connection.js';
import { RedisTokenStore } from './redis-token-store.js';

export type RedisStoreConfig = Extract<TokenStoreConfig, { readonly kind: 'redis' }>;

/**
 * Connects to Redis, twice: who listens to messages can ask nothing.
 * @throws OAuthStartError when Redis cannot be used
 * @throws OAuthStartTimeoutError when the signal fires first
 */
export async function openRedisTokenStore(
  config: RedisStoreConfig,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<OpenedTokenStore> {
  const [first, ...others] = config.keys.reveal().map(keyBytes);
  if (first === undefined)
    throw new OAuthStartError('auth.persistence.auth_encryption_key is needed with REDIS_URL');
  const ring = new KeyRing([first, ...others]);
  const connections: Redis[] = [];
  try {
    const redis = await connectRedis(config.url.reveal(), log, signal);
    connections.push(redis);
    const subscriber = await connectRedis(config.url.reveal(), null, signal);
    connections.push(subscriber);
    const store = new RedisTokenStore(redis, subscriber, new RecordCipher(ring), clock);
    await store.listen();
    return { store, subkeys: (purpose) => ring.subkeys(purpose), warnings: [] };
  } catch (error) {
    connections.forEach(disconnectRedis);
    throw error;
  }
}
