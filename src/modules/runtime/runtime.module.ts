import { Module } from '@nestjs/common';
import { provide, provideBy } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { ConfigLoader } from '../../common/ports/config-loader.js';
import { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import { ExecutorFactory } from '../../common/ports/executor.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { PolicyCompiler } from '../../common/ports/policy-engine.js';
import { Reloader } from '../../common/ports/reloader.js';
import { RuntimeLifecycle, RuntimeSource } from '../../common/ports/runtime.js';
import { EndpointsModule } from '../endpoints/endpoints.module.js';
import { ExecutionModule } from '../execution/execution.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { ReloadJournal } from './reload-journal.js';
import { RuntimeFactory } from './runtime-factory.js';
import { RuntimeHolder } from './runtime-holder.js';
import { RuntimeLife } from './runtime-life.js';
import { RuntimeReloader } from './runtime-reloader.js';
import { RuntimeSuccession } from './runtime-succession.js';

@Module({
  imports: [EndpointsModule, ExecutionModule, PolicyModule],
  providers: [
    provide(RuntimeFactory, RuntimeFactory, [EndpointLoader, PolicyCompiler, ExecutorFactory, Log]),
    provide(RuntimeHolder, RuntimeHolder, []),
    provide(RuntimeSuccession, RuntimeSuccession, [RuntimeFactory, RuntimeHolder, Log]),
    provide(ReloadJournal, ReloadJournal, [Log, Clock]),
    provide(RuntimeReloader, RuntimeReloader, [
      LoadedConfig,
      ConfigLoader,
      RuntimeSuccession,
      ReloadJournal,
      Metrics,
    ]),
    provideBy(RuntimeSource, (holder: RuntimeHolder) => holder, [RuntimeHolder]),
    provideBy(Reloader, (reloader: RuntimeReloader) => reloader, [RuntimeReloader]),
    provide(RuntimeLifecycle, RuntimeLife, [
      LoadedConfig,
      RuntimeSuccession,
      RuntimeHolder,
      RuntimeReloader,
      Metrics,
      Log,
    ]),
  ],
  exports: [RuntimeSource, RuntimeLifecycle, Reloader],
})
export class RuntimeModule {}
