import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headerValues } from '../../../common/domain/incoming-request.js';
import { isTrustedPeer } from '../../../common/domain/trusted-peers.js';
import type { HostCheck, HostRefusal } from './host-check.js';
import type { CrossOrigin } from './cross-origin.js';
import { unifyForwarded } from './forwarded-headers.js';

/** Routes that probes and scrapers reach by pod address (auth.md §10). */
const unchecked = new Set(['/health', '/health/live', '/health/ready', '/ready', '/status', '/metrics']);

/** What happens to every request before anybody asks who sent it, and the headers of every answer. */
export class HttpEdge {
  /**
   * @param headers of every answer, refusals included
   * @param trustsProxy whether what a trusted peer forwards is believed
   */
  constructor(
    private readonly check: HostCheck,
    private readonly crossOrigin: CrossOrigin,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly trustsProxy: boolean,
  ) {}

  /** Must come before the routes: they add hooks of their own. */
  mount(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, reply, done) => {
      // set here and not when the answer leaves, so that who writes to the socket itself has them too
      reply.headers(this.headers);
      const isAnswered = this.#answers(request, reply);
      if (!isAnswered) done();
    });
  }

  #answers(request: FastifyRequest, reply: FastifyReply): boolean {
    const path = pathOf(request.url);
    if (unchecked.has(path)) return false;
    if (this.trustsProxy && isTrustedPeer(request.socket.remoteAddress)) unifyForwarded(request.headers);
    const { origin } = request.headers;
    const refusal = this.#refusal(request, path);
    if (refusal !== null) {
      refuse(request, reply, refusal);
      return true;
    }
    if (request.method === 'OPTIONS') {
      const asked = request.headers['access-control-request-headers'];
      const answer = this.crossOrigin.preflight(path, { origin, headers: asked });
      if (answer === null) return false;
      reply.code(204).headers(answer).send();
      return true;
    }
    const readable = this.crossOrigin.headers(path, origin);
    if (readable !== null) reply.headers(readable);
    return false;
  }

  #refusal(request: FastifyRequest, path: string): HostRefusal | null {
    const { headers, host } = request;
    const isNamedTwice = headerValues('host', request.raw.rawHeaders).length > 1;
    if (isNamedTwice) return { status: 421, message: 'Invalid Host header' };
    return this.check.refusal({
      host: headers.host,
      origin: this.crossOrigin.isOpen(path) || isArrival(path) ? undefined : headers.origin,
      // Fastify answers with another one only where a trusted peer has forwarded it
      forwardedHost: host === headers.host ? undefined : host,
    });
  }
}

/** Where other sites are meant to send the browser: what happens there begins a sign-in, and decides nothing. */
function isArrival(path: string): boolean {
  return path === '/authorize';
}

function refuse(request: FastifyRequest, reply: FastifyReply, { status, message }: HostRefusal): void {
  reply.code(status).send({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32600, message, data: { correlationId: request.id } },
  });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
