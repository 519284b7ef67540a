import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppConfig } from '../../common/domain/app-config.js';
import { provideBy } from '../../common/nest/provide.js';
import { Authenticator } from '../../common/ports/authenticator.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { Reloader } from '../../common/ports/reloader.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { AuthJournal } from './auth-journal.js';
import { Authentication, openAuthentication } from './authentication.js';
import { BearerGuard } from './bearer.guard.js';
import { HostCheck } from './host-check.js';

/** Routes that probes and scrapers reach by pod address (auth.md §10). */
const unchecked = new Set(['/health', '/health/live', '/health/ready', '/ready', '/metrics']);

/** Who is calling over HTTP, and whether the request was meant for this server. */
@Module({
  imports: [RuntimeModule],
  providers: [
    provideBy(
      AuthJournal,
      (metrics: Metrics, { config }: LoadedConfig) => new AuthJournal(metrics, config.auth.provider),
      [Metrics, LoadedConfig],
    ),
    provideBy(
      Authentication,
      (
        { config }: LoadedConfig,
        runtimes: RuntimeSource,
        journal: AuthJournal,
        metrics: Metrics,
        clock: Clock,
        log: Log,
      ) => {
        const settings = (): AppConfig['auth'] => (runtimes.current()?.config ?? config).auth;
        return openAuthentication({ config, settings, journal, metrics, clock, log });
      },
      [LoadedConfig, RuntimeSource, AuthJournal, Metrics, Clock, Log],
    ),
    provideBy(Authenticator, ({ authenticator }: Authentication) => authenticator, [Authentication]),
    provideBy(HostCheck, ({ config }: LoadedConfig) => new HostCheck(config.http), [LoadedConfig]),
    { provide: APP_GUARD, useClass: BearerGuard },
  ],
  exports: [Authenticator],
})
export class AuthModule implements OnModuleInit, OnApplicationShutdown {
  #forget: (() => void) | null = null;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(HostCheck) private readonly check: HostCheck,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(Reloader) private readonly reloader: Reloader,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    instance.addHook('onRequest', (request, reply, done) => {
      if (!this.refused(request, reply)) done();
    });
    this.authentication.mount(instance);
    this.#forget = this.reloader.onSwapped(() => {
      this.authentication.reloaded();
    });
  }

  /** Once no call runs any more. */
  async onApplicationShutdown(): Promise<void> {
    this.#forget?.();
    await this.authentication.close();
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
