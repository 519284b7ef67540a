import type { HttpConfig } from '../../../common/domain/app-config.js';
import { isLoopback } from '../../../common/domain/loopback.js';

/**
 * The base URL under which a client knows this server: the configured one, or what its request says where nobody
 * configured one and the server issues nothing that could depend on it (auth.md §3).
 */
export class PublicBase {
  readonly #fixed: URL | null;

  /** @param isIssuer the identifiers of an authorization server do not vary by request */
  constructor(http: Pick<HttpConfig, 'baseUrl' | 'publicUrl' | 'trustProxy'>, isIssuer: boolean) {
    const isAsked = http.baseUrl === null && http.trustProxy && !isIssuer;
    this.#fixed = http.publicUrl === null || isAsked ? null : URL.parse(http.publicUrl);
  }

  /**
   * Without trailing slash. Loopback names stand for each other, and clients compare what they are told with the
   * one that they used.
   * @param origin of the request, as `IncomingRequest` has it
   */
  for(origin: string): string {
    const came = URL.parse(origin);
    if (this.#fixed === null) return came?.origin ?? origin;
    return `${this.#isSameMachine(came) ? came.origin : this.#fixed.origin}${this.path}`;
  }

  /** Path of the configured URL, without trailing slash; empty for none. */
  get path(): string {
    return (this.#fixed?.pathname ?? '').replace(/\/+$/, '');
  }

  #isSameMachine(came: URL | null): came is URL {
    const fixed = this.#fixed;
    if (came === null || fixed === null || !isLoopback(came) || !isLoopback(fixed)) return false;
    return came.protocol === fixed.protocol && came.port === fixed.port;
  }
}
