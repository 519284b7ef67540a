import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { AppConfig } from '../../common/domain/app-config.js';
import { instanceId } from '../../common/nest/instance-id.js';
import { provideBy } from '../../common/nest/provide.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import { Authenticator } from '../../common/ports/authenticator.js';
import { Clock } from '../../common/ports/clock.js';
import { configInForce } from '../../common/ports/config-in-force.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { Reloader } from '../../common/ports/reloader.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { AuditModule } from '../audit/audit.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { AuthJournal } from './auth-journal.js';
import { Authentication, openAuthentication } from './authentication.js';
import { providerOf } from './bearer-authenticator.js';
import { BearerGuard } from './bearer.guard.js';
import { CrossOrigin } from './http/cross-origin.js';
import { EdgeLog } from './http/edge-log.js';
import { HostCheck } from './http/host-check.js';
import { HttpEdge } from './http/http-edge.js';
import { MetadataRoutes } from './http/metadata-routes.js';
import { PublicBase } from './http/public-base.js';
import { securityHeaders } from './http/security-headers.js';
import { RecordLimit } from './record-limit.js';
import { supportedScopes } from './supported-scopes.js';

function httpEdge({ config: { http, auth } }: LoadedConfig, log: Log, clock: Clock): HttpEdge {
  return new HttpEdge(
    new HostCheck(http),
    new CrossOrigin(http.allowedOrigins, auth.oauth?.mode === 'issuer'),
    securityHeaders(http.publicUrl),
    http.trustProxy,
    new EdgeLog(log, clock),
  );
}

function metadataRoutes(
  loaded: LoadedConfig,
  runtimes: RuntimeSource,
  authentication: Authentication,
): MetadataRoutes {
  const { config } = loaded;
  const { oauth } = config.auth;
  const now = (): AppConfig => configInForce(runtimes, loaded);
  const clients = oauth?.mode === 'issuer' ? oauth.clients : [];
  return new MetadataRoutes(
    new PublicBase(config.http, oauth?.mode === 'issuer'),
    oauth && {
      name: config.server.name,
      issuer: oauth.mode === 'issuer' ? oauth.issuer : null,
      authorizationServer: () => authentication.issuer(),
      scopes: () => supportedScopes(now().auth.requiredScopes, clients),
    },
  );
}

/** Who is calling over HTTP, and whether the request was meant for this server. */
@Module({
  imports: [AuditModule, RuntimeModule],
  providers: [
    provideBy(HttpEdge, httpEdge, [LoadedConfig, Log, Clock]),
    provideBy(
      AuthJournal,
      (
        audit: AuditSink,
        metrics: Metrics,
        clock: Clock,
        runtimes: RuntimeSource,
        loaded: LoadedConfig,
        log: Log,
      ) => {
        const now = (): AppConfig => configInForce(runtimes, loaded);
        const names = {
          instanceId: instanceId(),
          // the first key may come by a reload
          get provider() {
            return providerOf(now().auth);
          },
        };
        return new AuthJournal(audit, metrics, clock, now, names, new RecordLimit(clock, log));
      },
      [AuditSink, Metrics, Clock, RuntimeSource, LoadedConfig, Log],
    ),
    provideBy(
      Authentication,
      (
        loaded: LoadedConfig,
        runtimes: RuntimeSource,
        journal: AuthJournal,
        metrics: Metrics,
        clock: Clock,
        log: Log,
      ) => {
        const now = (): AppConfig => configInForce(runtimes, loaded);
        const { config } = loaded;
        return openAuthentication({ config, settings: () => now().auth, journal, metrics, clock, log });
      },
      [LoadedConfig, RuntimeSource, AuthJournal, Metrics, Clock, Log],
    ),
    provideBy(Authenticator, ({ authenticator }: Authentication) => authenticator, [Authentication]),
    provideBy(MetadataRoutes, metadataRoutes, [LoadedConfig, RuntimeSource, Authentication]),
    { provide: APP_GUARD, useClass: BearerGuard },
  ],
  exports: [Authenticator, AuthJournal],
})
export class AuthModule implements OnModuleInit, OnApplicationShutdown {
  #forget: (() => void) | null = null;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(HttpEdge) private readonly edge: HttpEdge,
    @Inject(MetadataRoutes) private readonly metadata: MetadataRoutes,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(Reloader) private readonly reloader: Reloader,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.edge.mount(instance);
    this.metadata.mount(instance);
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
}
