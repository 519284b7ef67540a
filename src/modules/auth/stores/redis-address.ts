import { OAuthStartError } from '../../../common/errors/auth-errors.js';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
  /** Of TLS, in which every default is right; absent for a plain connection. */
  readonly tls?: Record<string, never>;
}

const DEFAULT_PORT = 6379;

/**
 * Where `REDIS_URL` points: `redis[s]://[user][:password@]host[:port][/database]`.
 * @throws OAuthStartError, without the URL, when it is none
 */
export function redisAddress(text: string): RedisAddress {
  const url = URL.parse(text);
  const database = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1];
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (url === null || !isRedis || url.hostname === '' || database === undefined) {
    throw new OAuthStartError(
      'REDIS_URL must be redis:// or rediss://, a host, and maybe /number of a database',
    );
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: Number(database),
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** A password may hold a bare percent sign. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
