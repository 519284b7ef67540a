import { Inject, Module, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { provideBy } from '../../common/nest/provide.js';
import { Authenticator } from '../../common/ports/authenticator.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { AuthModule } from '../auth/auth.module.js';
import { AccessLog } from './access-log.js';
import { ChangeFeed } from './changes/change-feed.js';
import { FastLane } from './fast-lane/fast-lane.js';
import { McpMethodsModule } from './mcp-methods.module.js';
import { McpRoute } from './mcp-route.js';
import { LegacySessions } from './sdk-lane/legacy-sessions.js';
import { SdkLane } from './sdk-lane/sdk-lane.js';
import { SdkServers } from './sdk-lane/sdk-servers.js';

/** MCP over HTTP: the route `/mcp` and what is noted of every request. */
@Module({
  imports: [AuthModule, McpMethodsModule],
  providers: [
    provideBy(
      SdkLane,
      (servers: SdkServers, { config }: LoadedConfig, clock: Clock, changes: ChangeFeed, log: Log) =>
        new SdkLane(servers, new LegacySessions(clock), config.http.stateless, changes, log),
      [SdkServers, LoadedConfig, Clock, ChangeFeed, Log],
    ),
    provideBy(
      McpRoute,
      (fast: FastLane, lane: SdkLane, authenticator: Authenticator, log: Log, { config }: LoadedConfig) =>
        new McpRoute(fast, lane, authenticator, log, config.http.bodyLimit),
      [FastLane, SdkLane, Authenticator, Log, LoadedConfig],
    ),
    provideBy(
      AccessLog,
      (log: Log, metrics: Metrics, { config }: LoadedConfig) =>
        new AccessLog(log, metrics, config.logging.accessIp),
      [Log, Metrics, LoadedConfig],
    ),
  ],
})
export class McpModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AccessLog) private readonly accessLog: AccessLog,
    @Inject(McpRoute) private readonly route: McpRoute,
    @Inject(SdkLane) private readonly lane: SdkLane,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.accessLog.mount(instance);
    this.route.mount(instance);
  }

  /** Streams and sessions end once the calls have, so that the listener can close. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.lane.close();
  }
}
