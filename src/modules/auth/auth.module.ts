import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { AppConfig, AuthConfig } from '../../common/domain/app-config.js';
import { ProviderUnavailableError } from '../../common/errors/auth-errors.js';
import { instanceId } from '../../common/nest/instance-id.js';
import { provideBy } from '../../common/nest/provide.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import { Authenticator } from '../../common/ports/authenticator.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Metrics } from '../../common/ports/metrics.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { AuditModule } from '../audit/audit.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { AuthJournal } from './auth-journal.js';
import { BearerGuard } from './bearer.guard.js';
import { HostCheck } from './host-check.js';
import { CrossOrigin } from './http/cross-origin.js';
import { HttpEdge } from './http/http-edge.js';
import { MetadataRoutes } from './http/metadata-routes.js';
import { PublicBase } from './http/public-base.js';
import { securityHeaders } from './http/security-headers.js';
import { supportedScopes } from './http/supported-scopes.js';
import { openAuthenticator } from './open-authenticator.js';

function httpEdge({ config: { http, auth } }: LoadedConfig): HttpEdge {
  const crossOrigin = new CrossOrigin(http.allowedOrigins, auth.oauth?.mode === 'issuer');
  return new HttpEdge(new HostCheck(http), crossOrigin, securityHeaders(http.publicUrl), http.trustProxy);
}

function metadataRoutes({ config }: LoadedConfig, runtimes: RuntimeSource): MetadataRoutes {
  const { oauth } = config.auth;
  const issuer = oauth?.mode === 'issuer' ? oauth.issuer : null;
  const now = (): AppConfig => runtimes.current()?.config ?? config;
  return new MetadataRoutes(
    new PublicBase(config.http, issuer !== null),
    oauth && {
      name: config.server.name,
      issuer,
      authorizationServer: () =>
        issuer === null ? Promise.reject(new ProviderUnavailableError()) : Promise.resolve(issuer),
      scopes: () => supportedScopes(now().auth.requiredScopes, oauth),
    },
  );
}

/** `Principal.provider` of those who come with a token, else with a key. */
function providerName({ oauth, provider, apiKeys }: AuthConfig): string {
  if (oauth !== null) return oauth.mode === 'issuer' ? oauth.provider.name : oauth.name;
  return apiKeys.length > 0 ? 'api_key' : provider;
}

/** Who is calling over HTTP, and whether the request was meant for this server. */
@Module({
  imports: [AuditModule, RuntimeModule],
  providers: [
    provideBy(Authenticator, ({ config }: LoadedConfig) => openAuthenticator(config.auth), [LoadedConfig]),
    provideBy(HttpEdge, httpEdge, [LoadedConfig]),
    provideBy(
      AuthJournal,
      (audit: AuditSink, metrics: Metrics, clock: Clock, runtimes: RuntimeSource, { config }: LoadedConfig) =>
        new AuthJournal(
          audit,
          metrics,
          clock,
          () => runtimes.current()?.config ?? config,
          instanceId(),
          providerName(config.auth),
        ),
      [AuditSink, Metrics, Clock, RuntimeSource, LoadedConfig],
    ),
    provideBy(MetadataRoutes, metadataRoutes, [LoadedConfig, RuntimeSource]),
    { provide: APP_GUARD, useClass: BearerGuard },
  ],
  exports: [Authenticator, AuthJournal],
})
export class AuthModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(HttpEdge) private readonly edge: HttpEdge,
    @Inject(MetadataRoutes) private readonly metadata: MetadataRoutes,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.edge.mount(instance);
    this.metadata.mount(instance);
  }
}
