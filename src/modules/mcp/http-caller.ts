import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../common/domain/principal.js';
import type { Exchange } from './sdk-lane/exchange.js';

/** Headers that hold credentials; endpoint code never sees them (auth.md §9.3). */
const credentials = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** Who sent an HTTP request, as the MCP methods see it. */
export function httpCaller(request: FastifyRequest, principal: Principal): Exchange['caller'] {
  return {
    principal,
    origin: 'http',
    headers: visibleHeaders(request.headers),
    correlationId: request.id,
    client: { ip: request.ip, userAgent: request.headers['user-agent'] ?? null },
    requestBytes: Number(request.headers['content-length'] ?? 0),
  };
}

function visibleHeaders(headers: FastifyRequest['headers']): Record<string, string> {
  const visible: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || credentials.has(name)) continue;
    visible.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  return Object.fromEntries(visible);
}
