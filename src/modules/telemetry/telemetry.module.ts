import { Global, Module } from '@nestjs/common';
import { provideBy, provide } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { LogDestination } from './log-destination.js';
import { PinoLog } from './pino-log.js';
import { PrometheusMetrics } from './prometheus-metrics.js';
import { SystemClock } from './system-clock.js';

/** What every module may use: the clocks, the log, the metrics. */
@Global()
@Module({
  providers: [
    provide(Clock, SystemClock, []),
    provideBy(LogDestination, (loaded: LoadedConfig) => new LogDestination(loaded.config.logging), [
      LoadedConfig,
    ]),
    provideBy(
      PinoLog,
      (loaded: LoadedConfig, destination: LogDestination) => new PinoLog(loaded.config.logging, destination),
      [LoadedConfig, LogDestination],
    ),
    provideBy(Log, (log: PinoLog) => log, [PinoLog]),
    provideBy(
      Metrics,
      ({ config }: LoadedConfig) =>
        new PrometheusMetrics({
          version: config.server.version,
          profile: config.project.profile,
          project: config.project.name,
          transport: config.http.transport,
        }),
      [LoadedConfig],
    ),
  ],
  exports: [Clock, Log, PinoLog, Metrics],
})
export class TelemetryModule {}
