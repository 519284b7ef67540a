import { Module } from '@nestjs/common';
import { provideBy } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { ExecutorFactory } from '../../common/ports/executor.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { LocalExecutorFactory } from './local-executor-factory.js';

@Module({
  providers: [
    provideBy(
      ExecutorFactory,
      (log: Log, metrics: Metrics, clock: Clock, { config }: LoadedConfig) =>
        new LocalExecutorFactory(log, metrics, clock, config.database.threadPoolSize),
      [Log, Metrics, Clock, LoadedConfig],
    ),
  ],
  exports: [ExecutorFactory],
})
export class ExecutionModule {}
