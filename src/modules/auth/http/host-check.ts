import type { HttpConfig } from '../../../common/domain/app-config.js';
import { hostInUrl, isWildcard } from '../../../common/domain/listen-address.js';
import { loopbackNames } from '../../../common/domain/loopback.js';
import { writtenOrigin } from './origin.js';

export interface HostRefusal {
  readonly status: 421 | 403;
  readonly message: 'Invalid Host header' | 'Invalid Origin header';
  /** What the header said, as far as it is worth reading; empty when there was none. */
  readonly refused: string;
}

/** Longest refused value that is told: a host name with a scheme and a port. */
const MOST_TOLD = 270;

export function hostRefusal(host: string | undefined): HostRefusal {
  return { status: 421, message: 'Invalid Host header', refused: told(host) };
}

/** Without control characters, which could steer the terminal of whoever reads the log. */
function told(value = ''): string {
  const readable = value.replace(/\p{Cc}/gu, '');
  return readable.length > MOST_TOLD ? `${readable.slice(0, MOST_TOLD)}…` : readable;
}

/** What a request says about where it was sent and from where. */
export interface HostClaims {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** What a trusted proxy says that the client named. */
  readonly forwardedHost: string | undefined;
}

/** A host that may be named; a null port stands for any. */
interface AllowedHost {
  readonly name: string;
  readonly port: string | null;
}

/** Protection against DNS rebinding and foreign web pages (auth.md §10). */
export class HostCheck {
  readonly #hosts: readonly AllowedHost[];
  readonly #origins: ReadonlySet<string>;
  readonly #baseOrigin: URL | null;
  /** Nobody said under which names this server is reached: a trusted proxy may. */
  readonly #isNameless: boolean;
  readonly #anyHost: boolean;

  constructor(config: Pick<HttpConfig, 'host' | 'baseUrl' | 'allowedHosts' | 'allowedOrigins'>) {
    const isEverywhere = isWildcard(config.host);
    const bound = isEverywhere ? loopbackNames : [...loopbackNames, hostInUrl(config.host)];
    const base = config.baseUrl === null ? null : URL.parse(config.baseUrl);
    this.#baseOrigin = base;
    this.#hosts = [
      ...bound.map((name) => ({ name: name.toLowerCase(), port: null })),
      ...(base === null ? [] : [{ name: base.hostname, port: base.port }]),
      ...config.allowedHosts.flatMap((entry) => hostOf(entry) ?? []),
    ];
    this.#origins = new Set(config.allowedOrigins.map(writtenOrigin));
    this.#isNameless = base === null && config.allowedHosts.length === 0;
    this.#anyHost = isEverywhere && this.#isNameless;
  }

  /**
   * Null when the request may go on. A request without `Origin` does not come from a web page.
   *
   * A forwarded host is what the client named, so it is held to the same list, and only where no list was written
   * it counts by itself: else whoever makes a proxy forward a foreign name would be let in.
   */
  refusal({ host: given, origin, forwardedHost }: HostClaims): HostRefusal | null {
    const host = hostOf(given);
    const forwarded = hostOf(forwardedHost);
    const named = forwardedHost === undefined || this.#isNameless ? host : forwarded;
    const isKnown = named !== null && (this.#allows(named) || (this.#isNameless && forwarded !== null));
    if (!this.#anyHost && !isKnown) return hostRefusal(forwardedHost ?? given);
    const isFromHere = origin === undefined || this.#allowsOrigin(origin, forwarded);
    return isFromHere ? null : { status: 403, message: 'Invalid Origin header', refused: told(origin) };
  }

  #allowsOrigin(origin: string, forwarded: AllowedHost | null): boolean {
    if (this.#origins.has(origin.toLowerCase())) return true;
    const url = URL.parse(origin);
    // what browsers send is an origin and nothing more
    if (url === null || url.origin === 'null' || url.origin !== origin.toLowerCase()) return false;
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
    // a page that somebody on the way can write is not the page of an https server
    const isDowngraded = this.#baseOrigin?.protocol === 'https:' && url.protocol === 'http:';
    if (isDowngraded && url.hostname === this.#baseOrigin.hostname) return false;
    if (this.#allows({ name: url.hostname, port: url.port })) return true;
    return this.#isNameless && forwarded?.name === url.hostname;
  }

  #allows(host: AllowedHost): boolean {
    return this.#hosts.some(
      ({ name, port }) =>
        name === host.name &&
        (port === null || (isDefault(port) ? isDefault(host.port) : port === host.port)),
    );
  }
}

/** The parts of a `Host` value; an empty port is the scheme's default. */
function hostOf(value: string | undefined): AllowedHost | null {
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[^:/?#@\s[\]\\,]+)(?::(\d{1,5}))?$/.exec(value ?? '');
  return parts?.[1] === undefined ? null : { name: parts[1].toLowerCase(), port: parts[2] ?? '' };
}

function isDefault(port: string | null): boolean {
  return port === '' || port === '80' || port === '443';
}
