import { Module } from '@nestjs/common';
import { provide, provideBy } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { Reloader } from '../../common/ports/reloader.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { PipelineModule } from '../pipeline/pipeline.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { CallMethods } from './call-methods.js';
import { ChangeFeed } from './changes/change-feed.js';
import { Channels } from './channel/channels.js';
import { RequestState } from './channel/request-state.js';
import { Completion } from './completion.js';
import { FastLane } from './fast-lane/fast-lane.js';
import { Listings } from './listings.js';
import { McpMethods } from './mcp-methods.js';
import { MirroredTools } from './mirrored-tools.js';
import { RequestJournal } from './request-journal.js';
import { RpcErrorMapper } from './rpc-error-mapper.js';
import { RunningRequests } from './running-requests.js';
import { SdkServers } from './sdk-lane/sdk-servers.js';
import { ServerIdentity } from './server-identity.js';
import { SessionMethods } from './session-methods.js';

/** The MCP methods and the protocol engines around them, for every transport. */
@Module({
  imports: [PipelineModule, RuntimeModule],
  providers: [
    provide(Listings, Listings, [RuntimeSource]),
    provideBy(
      Channels,
      (clock: Clock, { config }: LoadedConfig) =>
        new Channels(new RequestState(config.server.requestStateKey, clock)),
      [Clock, LoadedConfig],
    ),
    provide(CallMethods, CallMethods, [EndpointCaller, RuntimeSource, Channels]),
    provide(SessionMethods, SessionMethods, [RuntimeSource]),
    provide(ChangeFeed, ChangeFeed, [Listings, RuntimeSource, Reloader]),
    provide(Completion, Completion, [RuntimeSource]),
    provide(RpcErrorMapper, RpcErrorMapper, [Log]),
    provide(RequestJournal, RequestJournal, [Log, Metrics, Clock]),
    provide(McpMethods, McpMethods, [
      Listings,
      CallMethods,
      Completion,
      SessionMethods,
      RpcErrorMapper,
      RequestJournal,
    ]),
    provideBy(ServerIdentity, ({ config }: LoadedConfig) => new ServerIdentity(config.server), [
      LoadedConfig,
    ]),
    provide(RunningRequests, RunningRequests, []),
    provide(MirroredTools, MirroredTools, [RuntimeSource]),
    provide(SdkServers, SdkServers, [
      McpMethods,
      ServerIdentity,
      RuntimeSource,
      RunningRequests,
      MirroredTools,
    ]),
    provide(FastLane, FastLane, [McpMethods, MirroredTools, RunningRequests, ServerIdentity]),
  ],
  exports: [SdkServers, FastLane, ChangeFeed],
})
export class McpMethodsModule {}
