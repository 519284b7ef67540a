import { Module } from '@nestjs/common';
import { provideBy } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { ExecutorFactory } from '../../common/ports/executor.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { LocalExecutorFactory } from './local-executor-factory.js';

/** The thread pool that `bin/mxcp.js` gives the process. */
const THREAD_COUNT = 16;

@Module({
  providers: [
    provideBy(
      ExecutorFactory,
      (log: Log, metrics: Metrics, clock: Clock) =>
        new LocalExecutorFactory(log, metrics, clock, THREAD_COUNT),
      [Log, Metrics, Clock],
    ),
  ],
  exports: [ExecutorFactory],
})
export class ExecutionModule {}
