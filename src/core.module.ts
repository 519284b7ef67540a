import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import type { ConfigRequest } from './common/ports/config-loader.js';
import type { LoadedConfig } from './common/ports/loaded-config.js';
import { RuntimeLifecycle } from './common/ports/runtime.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { ConfigModule } from './modules/config/config.module.js';
import { EndpointsModule } from './modules/endpoints/endpoints.module.js';
import { PipelineModule } from './modules/pipeline/pipeline.module.js';
import { RuntimeModule } from './modules/runtime/runtime.module.js';
import { TelemetryModule } from './modules/telemetry/telemetry.module.js';

/** Every module that needs no network, and the order in which they end. */
@Module({
  imports: [TelemetryModule, EndpointsModule, RuntimeModule, PipelineModule, AuditModule],
  exports: [TelemetryModule, EndpointsModule, RuntimeModule, PipelineModule, AuditModule],
})
export class CoreModule implements BeforeApplicationShutdown {
  constructor(@Inject(RuntimeLifecycle) private readonly lifecycle: RuntimeLifecycle) {}

  /** Reads the configuration for one command. */
  static forRequest(request: ConfigRequest, folder?: string): DynamicModule {
    return { module: CoreModule, imports: [ConfigModule.forRequest(request, folder)] };
  }

  /** Takes a configuration that was read already. */
  static forLoaded(loaded: LoadedConfig): DynamicModule {
    return { module: CoreModule, imports: [ConfigModule.forLoaded(loaded)] };
  }

  /** Calls end before the listener does: what still runs at the limit is interrupted. */
  beforeApplicationShutdown(): Promise<void> {
    return this.lifecycle.stop();
  }
}
