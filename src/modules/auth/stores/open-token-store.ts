import type { TokenStoreConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import type { OpenedTokenStore } from './opened-token-store.js';
import { openRedisTokenStore } from './open-redis-token-store.js';
import { openSqliteTokenStore } from './open-sqlite-token-store.js';

const OPENING_MS = 10_000;

/**
 * Opens the store that the configuration names.
 * @throws OAuthStartError when it cannot be used
 * @throws OAuthStartTimeoutError when that is not known in time
 */
export async function openTokenStore(
  config: TokenStoreConfig,
  clock: Clock,
  log: Log,
  limitMs: number = OPENING_MS,
): Promise<OpenedTokenStore> {
  if (config.kind === 'sqlite') return openSqliteTokenStore(config, clock, log);
  return openRedisTokenStore(config, clock, log, AbortSignal.timeout(limitMs));
}
