import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headerValues } from '../../../common/domain/incoming-request.js';
import { isTrustedPeer } from '../../../common/domain/trusted-peers.js';
import type { CrossOrigin } from './cross-origin.js';
import type { EdgeLog } from './edge-log.js';
import { unifyForwarded } from './forwarded-headers.js';
import { hostRefusal, type HostCheck, type HostRefusal } from './host-check.js';

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
    private readonly log: Pick<EdgeLog, 'refused'>,
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
      this.log.refused(refusal, { correlationId: request.id, ip: request.ip });
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
    const names = headerValues('host', request.raw.rawHeaders);
    if (names.length > 1) return hostRefusal(names.join(', '));
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

/** The origin is the sender's own word. The host may be a proxy's, of a network that the sender does not see. */
function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, message, refused }: HostRefusal,
): void {
  const data = { correlationId: request.id, ...(status === 403 ? { origin: refused } : {}) };
  reply.code(status).send({ jsonrpc: '2.0', id: null, error: { code: -32600, message, data } });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
