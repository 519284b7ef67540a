import { writtenOrigin } from './origin.js';

/** What a browser asks before it sends a page's request. */
export interface Preflight {
  readonly origin: string | undefined;
  /** `Access-Control-Request-Headers`. */
  readonly headers: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

const MCP = '/mcp';
const WELL_KNOWN = '/.well-known/';
/** Endpoints of the authorization server that clients in browsers call; cookies open none of them. */
const oauthPaths = ['/token', '/register', '/revoke', '/jwks'];

const exposed = 'WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Correlation-Id';
const openHeaders: Headers = Object.freeze({
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed,
  'cross-origin-resource-policy': 'cross-origin',
});
const openPreflight: Headers = Object.freeze({
  ...openHeaders,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, MCP-Protocol-Version',
  'access-control-max-age': '3600',
});

/** Request headers that pages may send to `/mcp`, beside all that begin with `mcp-`. */
const mcpRequestHeaders = new Set(['accept', 'authorization', 'content-type', 'last-event-id', 'x-api-key']);

/** Which answers pages of other origins may read (auth.md §4, §10). */
export class CrossOrigin {
  readonly #open: ReadonlySet<string>;
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param allowedOrigins whose pages may call `/mcp`
   * @param isIssuer whether the endpoints of an authorization server are served
   */
  constructor(allowedOrigins: readonly string[], isIssuer: boolean) {
    this.#allowed = new Set(allowedOrigins.map(writtenOrigin));
    this.#open = new Set(isIssuer ? oauthPaths : []);
  }

  /** Any page may ask: the answer depends on nothing that a browser adds by itself. */
  isOpen(path: string): boolean {
    return path.startsWith(WELL_KNOWN) || this.#open.has(path);
  }

  /** What makes the answer readable to the page; null where nothing does. */
  headers(path: string, origin: string | undefined): Headers | null {
    if (this.isOpen(path)) return openHeaders;
    if (path !== MCP || this.#allowed.size === 0) return null;
    // caches must not give one page's answer to another, also not the answer to no page
    if (origin === undefined || !this.#allowed.has(origin)) return { vary: 'Origin' };
    return {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': exposed,
      'cross-origin-resource-policy': 'cross-origin',
    };
  }

  /** The answer to `OPTIONS`, which needs no identity; null where that method is somebody else's. */
  preflight(path: string, { origin, headers }: Preflight): Headers | null {
    if (this.isOpen(path)) return openPreflight;
    if (path !== MCP) return null;
    const allow = { allow: 'GET, POST, DELETE, OPTIONS' };
    if (origin === undefined || !this.#allowed.has(origin))
      return { ...allow, ...this.headers(path, origin) };
    return {
      ...allow,
      ...this.headers(path, origin),
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': permitted(headers),
      'access-control-max-age': '600',
    };
  }
}

/** Of the headers asked for those that MCP knows; tools may have any number of `Mcp-Param-…`. */
function permitted(asked: string | undefined): string {
  const names = (asked ?? '').split(',').map((name) => name.trim().toLowerCase());
  const known = names.filter((name) => mcpRequestHeaders.has(name) || /^mcp-[\w-]+$/.test(name));
  return known.join(', ');
}
