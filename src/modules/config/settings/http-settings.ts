import type { HttpConfig, Transport } from '../../../common/domain/app-config.js';
import { hostInUrl, isWildcard, portOf } from '../../../common/domain/listen-address.js';
import { UsageError } from '../../../common/errors/config-errors.js';
import { over } from '../defaults.js';
import type { Sources } from './sources.js';

/** Largest request body (operations.md §10). */
const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Where and how the server listens: flags, then `BIND_IP` and `MCP_PORT`, then `transport` of the user file
 * (configuration.md §10, operations.md §1).
 * @throws UsageError for `--transport sse`, ConfigInvalidError for a `MCP_PORT` that is no number
 */
export function httpSettings(sources: Sources): HttpConfig {
  const { request, variables, user, defaults } = sources;
  const http = over(defaults.user.transport.http, user.transport?.http);
  const host = request.host || (variables.setting('BIND_IP') ?? http.host);
  // --port 0 counts as not given
  const fromEnvironment = variables.setting('MCP_PORT');
  const port = request.port || (fromEnvironment === undefined ? http.port : portOf(fromEnvironment));
  const baseUrl = http.base_url ? canonical(http.base_url) : null;
  return {
    transport: transportOf(sources),
    host,
    port,
    stateless: request.stateless === true || http.stateless,
    baseUrl,
    publicUrl: baseUrl ?? urlOf(http.scheme, host, port),
    trustProxy: http.trust_proxy,
    allowedHosts: http.allowed_hosts,
    allowedOrigins: http.allowed_origins,
    bodyLimit: BODY_LIMIT_BYTES,
  };
}

/** In the one spelling that clients compare; what can be no base URL stays as written, for a check to refuse. */
function canonical(written: string): string {
  const url = URL.parse(written);
  const isBase =
    url !== null && url.origin !== 'null' && `${url.username}${url.password}${url.search}` === '';
  return (isBase && url.hash === '' ? `${url.origin}${url.pathname}` : written).replace(/\/+$/, '');
}

function urlOf(scheme: string, host: string, port: number): string | null {
  return isWildcard(host) ? null : (URL.parse(`${scheme}://${hostInUrl(host)}:${port}`)?.origin ?? null);
}

function transportOf({ request, user, defaults }: Sources): Transport {
  if (request.transport === 'sse') {
    throw new UsageError("Transport 'sse' is not served any more. Use --transport streamable-http.");
  }
  const asked = request.transport ?? user.transport?.provider ?? defaults.user.transport.provider;
  return asked === 'stdio' ? 'stdio' : 'streamable-http';
}
