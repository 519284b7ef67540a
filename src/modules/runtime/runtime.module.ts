import { Module } from '@nestjs/common';
import { provide, provideBy } from '../../common/nest/provide.js';
import { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import { ExecutorFactory } from '../../common/ports/executor.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Metrics } from '../../common/ports/metrics.js';
import { PolicyCompiler } from '../../common/ports/policy-engine.js';
import { RuntimeLifecycle, RuntimeSource } from '../../common/ports/runtime.js';
import { EndpointsModule } from '../endpoints/endpoints.module.js';
import { ExecutionModule } from '../execution/execution.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RuntimeFactory } from './runtime-factory.js';
import { RuntimeHolder } from './runtime-holder.js';

@Module({
  imports: [EndpointsModule, ExecutionModule, PolicyModule],
  providers: [
    provide(RuntimeFactory, RuntimeFactory, [LoadedConfig, EndpointLoader, PolicyCompiler, ExecutorFactory]),
    provide(RuntimeHolder, RuntimeHolder, [RuntimeFactory, Metrics]),
    provideBy(RuntimeSource, (holder: RuntimeHolder) => holder, [RuntimeHolder]),
    provideBy(RuntimeLifecycle, (holder: RuntimeHolder) => holder, [RuntimeHolder]),
  ],
  exports: [RuntimeSource, RuntimeLifecycle],
})
export class RuntimeModule {}
