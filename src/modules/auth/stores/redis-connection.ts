import { Redis } from 'ioredis';
import { OAuthStartError, OAuthStartTimeoutError } from '../../../common/errors/auth-errors.js';
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
 * @throws OAuthStartError naming REDIS_URL, without its value, when there is no connection now
 * @throws OAuthStartTimeoutError when the signal fires first
 */
export async function connectRedis(url: string, log: Log | null, signal: AbortSignal): Promise<Redis> {
  const { database, ...address } = redisAddress(url);
  const redis = new Redis({
    ...address,
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
  const last: { fault: string | null } = { fault: null };
  redis.on('error', (error) => {
    last.fault = redisFailure(error);
  });
  redis.on('ready', () => {
    last.fault = null;
  });
  try {
    await Promise.race([connected(redis, database), fired(signal)]);
  } catch (error) {
    redis.disconnect();
    if (error instanceof OAuthStartTimeoutError) throw error;
    throw new OAuthStartError(`Redis at REDIS_URL cannot be used (${last.fault ?? redisFailure(error)})`);
  }
  if (log !== null) watch(redis, log, () => last.fault ?? 'closed');
  return redis;
}

/** Ends a connection for good, without a word in the log. */
export function disconnectRedis(redis: Redis): void {
  redis.removeAllListeners('close');
  redis.disconnect();
}

/** The driver itself would go on with database 0 when the one it is given does not exist. */
async function connected(redis: Redis, database: number): Promise<void> {
  await redis.connect();
  await redis.select(database);
}

function fired(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => {
      reject(new OAuthStartTimeoutError());
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
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
