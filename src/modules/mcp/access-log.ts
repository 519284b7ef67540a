import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { correlationIdOf } from '../../common/domain/correlation-id.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';

/** Routes that are asked every few seconds by machines. */
const quiet = /^\/(?:health|ready|metrics)\b/;

/** Gives every HTTP request its correlation id, and notes it when it ends (operations.md §9, telemetry.md §9). */
export class AccessLog {
  /** @param isIpLogged `logging.access_ip` */
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly isIpLogged: boolean,
  ) {}

  mount(instance: FastifyInstance): void {
    instance.setGenReqId((raw) => correlationIdOf(raw.headers));
    instance.addHook('onSend', (request, reply, _payload, done) => {
      reply.header('x-correlation-id', request.id);
      done();
    });
    instance.addHook('onResponse', (request, reply, done) => {
      this.#note(request, reply);
      done();
    });
  }

  #note(request: FastifyRequest, reply: FastifyReply): void {
    // a path that nobody serves is not a label
    const route = request.routeOptions.url ?? '_unknown';
    const elapsedMs = reply.elapsedTime;
    this.metrics.httpFinished(request.method, route, reply.statusCode, elapsedMs / 1000);
    this.log.write(
      quiet.test(route) ? 'debug' : 'info',
      'access',
      `${request.method} ${route} ${reply.statusCode}`,
      {
        correlationId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        duration: `${Math.round(elapsedMs)}ms`,
        duration_ms: Math.round(elapsedMs * 1000) / 1000,
        ...(this.isIpLogged ? { ip: request.ip } : {}),
      },
    );
  }
}
