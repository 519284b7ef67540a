import type { FastifyRequest } from 'fastify';
import { credentialHeaders } from '../../common/domain/credential-headers.js';
import type { Principal } from '../../common/domain/principal.js';
import type { Exchange } from './exchange.js';

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
    if (value === undefined || credentialHeaders.has(name)) continue;
    visible.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  return Object.fromEntries(visible);
}
