import { Inject, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../../common/domain/app-config.js';
import { withCapabilities } from '../../common/domain/capabilities.js';
import {
  anonymous,
  unidentified,
  principalFromContext,
  type Principal,
} from '../../common/domain/principal.js';
import { provideBy } from '../../common/nest/provide.js';
import { configInForce } from '../../common/ports/config-in-force.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { ChangeFeed } from './changes/change-feed.js';
import { McpMethodsModule } from './mcp-methods.module.js';
import { McpStdioServer } from './mcp-stdio-server.js';
import { SdkServers } from './sdk-lane/sdk-servers.js';

export { McpStdioServer };

/** MCP over standard streams; needs no HTTP adapter. */
@Module({
  imports: [McpMethodsModule, RuntimeModule],
  providers: [
    provideBy(
      McpStdioServer,
      (
        servers: SdkServers,
        changes: ChangeFeed,
        log: Log,
        runtimes: RuntimeSource,
        started: LoadedConfig,
      ) => {
        const principal = (): Principal => principalOf(configInForce(runtimes, started));
        return new McpStdioServer(servers, changes, log, principal, started.config.http.bodyLimit);
      },
      [SdkServers, ChangeFeed, Log, RuntimeSource, LoadedConfig],
    ),
  ],
  exports: [McpStdioServer],
})
export class McpStdioModule implements BeforeApplicationShutdown {
  constructor(@Inject(McpStdioServer) private readonly server: McpStdioServer) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}

/** Identity comes from the environment; where the profile asks for one, nobody is anonymous (auth.md §11). */
function principalOf({ stdioUserContext, auth }: AppConfig): Principal {
  if (stdioUserContext === null) return auth.provider === 'none' ? anonymous : unidentified;
  return withCapabilities(principalFromContext(stdioUserContext, 'env', 'env_user'), auth.claimMappings);
}
