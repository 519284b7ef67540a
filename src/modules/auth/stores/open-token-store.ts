import type { TokenStoreConfig } from '../../../common/domain/app-config.js';
import { OAuthStartTimeoutError } from '../../../common/errors/auth-errors.js';
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
  const signal = AbortSignal.timeout(limitMs);
  try {
    return await openRedisTokenStore(config, clock, log, signal);
  } catch (cause) {
    throw signal.aborted ? new OAuthStartTimeoutError({ cause }) : cause;
  }
}
