import type { HttpConfig } from '../../common/domain/app-config.js';

export interface HostRefusal {
  readonly status: 421 | 403;
  readonly message: 'Invalid Host header' | 'Invalid Origin header';
}

/** What a request says about where it was sent and from where. */
export interface HostClaims {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly forwardedHost: string | undefined;
}

/** A host that may be named; a null port stands for any. */
interface AllowedHost {
  readonly name: string;
  readonly port: string | null;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];
const wildcards = new Set(['0.0.0.0', '::', '[::]', '']);

/** Protection against DNS rebinding and foreign web pages (auth.md §10). */
export class HostCheck {
  readonly #hosts: readonly AllowedHost[];
  readonly #origins: ReadonlySet<string>;
  /** Nobody said under which names this server is reached. */
  readonly #anyHost: boolean;
  readonly #trustProxy: boolean;

  constructor(config: HttpConfig) {
    const isWildcard = wildcards.has(config.host);
    const bound = isWildcard ? loopback : [...loopback, bracketed(config.host)];
    const base = config.baseUrl === null ? null : URL.parse(config.baseUrl);
    this.#hosts = [
      ...bound.map((name) => ({ name: name.toLowerCase(), port: null })),
      ...(base === null ? [] : [{ name: base.hostname, port: base.port }]),
      ...config.allowedHosts.flatMap((entry) => hostOf(entry) ?? []),
    ];
    this.#origins = new Set(config.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
    this.#anyHost = isWildcard && base === null && config.allowedHosts.length === 0;
    this.#trustProxy = config.trustProxy;
  }

  /** Null when the request may go on. A request without `Origin` does not come from a web page. */
  refusal(claims: HostClaims): HostRefusal | null {
    const forwarded = this.#trustProxy ? hostOf(claims.forwardedHost) : null;
    const host = hostOf(claims.host);
    if (!this.#anyHost && (host === null || !this.#allows(host, forwarded))) {
      return { status: 421, message: 'Invalid Host header' };
    }
    if (claims.origin !== undefined && !this.#allowsOrigin(claims.origin, forwarded)) {
      return { status: 403, message: 'Invalid Origin header' };
    }
    return null;
  }

  #allowsOrigin(origin: string, forwarded: AllowedHost | null): boolean {
    if (this.#origins.has(origin.toLowerCase())) return true;
    const url = URL.parse(origin);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
    return this.#allows({ name: url.hostname, port: url.port }, forwarded);
  }

  #allows(host: AllowedHost, forwarded: AllowedHost | null): boolean {
    const matches = (allowed: AllowedHost): boolean =>
      allowed.name === host.name &&
      (allowed.port === null || (allowed.port === '' ? isDefault(host.port) : allowed.port === host.port));
    return this.#hosts.some(matches) || (forwarded !== null && forwarded.name === host.name);
  }
}

/** The parts of a `Host` value; an empty port is the scheme's default. */
function hostOf(value: string | undefined): AllowedHost | null {
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[^:/@\s]+)(?::(\d{1,5}))?$/.exec(value ?? '');
  return parts?.[1] === undefined ? null : { name: parts[1].toLowerCase(), port: parts[2] ?? '' };
}

function isDefault(port: string | null): boolean {
  return port === '' || port === '80' || port === '443';
}

function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
