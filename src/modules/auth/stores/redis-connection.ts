import { Redis } from 'ioredis';
import { OAuthStartError } from '../../../common/errors/auth-errors.js';
import type { Log } from '../../../common/ports/log.js';
import { redisAddress } from './redis-address.js';
import { redisFailure } from './redis-failure.js';

/** A command that is not answered by then fails, in time for whoever waits for a token. */
const COMMAND_MS = 1_000;
/** A connection on which nothing is answered for so long is given up for a new one. */
const SILENT_MS = 2_000;
const CONNECT_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * A connection that comes back by itself and says in the log, once each, when it went and when it is back.
 * @param log null where another connection to the same Redis tells already
 * @throws OAuthStartError naming REDIS_URL, without it, when there is no connection now or the signal fires first
 */
export async function connectRedis(url: string, log: Log | null, signal: AbortSignal): Promise<Redis> {
  const redis = new Redis({
    ...redisAddress(url),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    socketTimeout: SILENT_MS,
    maxRetriesPerRequest: 1,
    // a command whose answer was lost may have been done: its caller hears so, and decides
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * attempt, LONGEST_PAUSE_MS),
    // the other end has become a replica, the name leads to another one
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  let reason = 'closed';
  redis.on('error', (error) => {
    reason = redisFailure(error);
  });
  const giveUp = (): void => {
    redis.disconnect();
  };
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const said = reason === 'closed' ? redisFailure(error) : reason;
    throw new OAuthStartError(`Redis at REDIS_URL cannot be used (${said})`);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  if (log !== null) watch(redis, log, () => reason);
  return redis;
}

/** Ends a connection for good, without a word in the log. */
export function disconnectRedis(redis: Redis): void {
  redis.removeAllListeners('close');
  redis.disconnect();
}

function watch(redis: Redis, log: Log, reason: () => string): void {
  let isAway = false;
  redis.on('close', () => {
    if (isAway) return;
    isAway = true;
    log.write('error', 'auth', 'Redis is away; nobody can sign in until it is back', { reason: reason() });
  });
  redis.on('ready', () => {
    if (!isAway) return;
    isAway = false;
    log.write('warning', 'auth', 'Redis is back');
  });
}
