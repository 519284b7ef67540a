import { isLoopback } from '../../common/domain/loopback.js';

/**
 * The identifiers under which this server is a protected resource (RFC 8707, RFC 9728): its base URL and the URL of
 * its MCP endpoint. On a loopback name every other loopback name is the same server.
 */
export class ResourceIdentifiers {
  readonly #base: URL;

  /** @param baseUrl without trailing slash */
  constructor(baseUrl: string) {
    this.#base = new URL(baseUrl);
  }

  /** What clients get that ask for no resource. */
  get canonical(): string {
    return `${this.#text(this.#base)}/mcp`;
  }

  /** Scheme and host in any case, a trailing slash tolerated. */
  includes(resource: string): boolean {
    const url = URL.parse(resource);
    if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      return false;
    }
    if (url.protocol !== this.#base.protocol || url.port !== this.#base.port) return false;
    if (url.hostname !== this.#base.hostname && !(isLoopback(url) && isLoopback(this.#base))) return false;
    const path = withoutSlash(url.pathname);
    const base = withoutSlash(this.#base.pathname);
    return path === base || path === `${base}/mcp`;
  }

  #text(url: URL): string {
    return `${url.origin}${withoutSlash(url.pathname)}`;
  }
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
