import { Module, type DynamicModule } from '@nestjs/common';
import type { LoadedConfig } from './common/ports/loaded-config.js';
import { CoreModule } from './core.module.js';
import { HealthModule } from './modules/health/health.module.js';
import { McpModule } from './modules/mcp/mcp.module.js';
import { McpStdioModule } from './modules/mcp/mcp-stdio.module.js';
import { NestLoggerModule } from './modules/telemetry/nest-logger.module.js';

/** The server over HTTP: the core and every door to it. */
@Module({ imports: [NestLoggerModule, McpModule, HealthModule] })
export class AppModule {
  static forLoaded(loaded: LoadedConfig): DynamicModule {
    return { module: AppModule, imports: [CoreModule.forLoaded(loaded)] };
  }
}

/** The server of one client, over standard streams; it has no HTTP adapter. */
@Module({ imports: [McpStdioModule] })
export class StdioAppModule {
  static forLoaded(loaded: LoadedConfig): DynamicModule {
    return { module: StdioAppModule, imports: [CoreModule.forLoaded(loaded)] };
  }
}
