import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { provideBy } from '../../common/nest/provide.js';
import { Authenticator } from '../../common/ports/authenticator.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { BearerGuard } from './bearer.guard.js';
import { HostCheck } from './host-check.js';
import { openAuthenticator } from './open-authenticator.js';

/** Routes that probes and scrapers reach by pod address (auth.md §10). */
const unchecked = new Set(['/health', '/health/live', '/health/ready', '/ready', '/metrics']);

/** Who is calling over HTTP, and whether the request was meant for this server. */
@Module({
  providers: [
    provideBy(Authenticator, ({ config }: LoadedConfig) => openAuthenticator(config.auth), [LoadedConfig]),
    provideBy(HostCheck, ({ config }: LoadedConfig) => new HostCheck(config.http), [LoadedConfig]),
    { provide: APP_GUARD, useClass: BearerGuard },
  ],
  exports: [Authenticator],
})
export class AuthModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(HostCheck) private readonly check: HostCheck,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    instance.addHook('onRequest', (request, reply, done) => {
      if (!this.refused(request, reply)) done();
    });
  }

  private refused(request: FastifyRequest, reply: FastifyReply): boolean {
    if (unchecked.has(request.routeOptions.url ?? '')) return false;
    const forwardedHost = request.headers['x-forwarded-host'];
    const refusal = this.check.refusal({
      host: request.headers.host,
      origin: request.headers.origin,
      forwardedHost: typeof forwardedHost === 'string' ? forwardedHost : undefined,
    });
    if (refusal === null) return false;
    reply.code(refusal.status).send({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32600, message: refusal.message, data: { correlationId: request.id } },
    });
    return true;
  }
}
