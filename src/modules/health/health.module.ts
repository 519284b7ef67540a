import { Module } from '@nestjs/common';
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { provide, provideBy } from '../../common/nest/provide.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Readiness } from '../../common/ports/readiness.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { AuditModule } from '../audit/audit.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { AuditIndicator } from './audit.indicator.js';
import { DatabaseIndicator } from './database.indicator.js';
import { DrainState } from './drain-state.js';
import { HealthController } from './health.controller.js';
import { HealthProbe } from './health-probe.js';
import { MetricsController } from './metrics.controller.js';
import { RuntimeIndicator } from './runtime.indicator.js';

/** Health, readiness and metrics over HTTP; none of it needs a token. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), AuditModule, RuntimeModule],
  controllers: [HealthController, MetricsController],
  providers: [
    provide(Readiness, DrainState, []),
    provide(DatabaseIndicator, DatabaseIndicator, [HealthIndicatorService, RuntimeSource]),
    provide(AuditIndicator, AuditIndicator, [HealthIndicatorService, AuditSink]),
    provide(RuntimeIndicator, RuntimeIndicator, [HealthIndicatorService, RuntimeSource]),
    provideBy(
      HealthProbe,
      (
        { config }: LoadedConfig,
        clock: Clock,
        readiness: Readiness,
        database: DatabaseIndicator,
        audit: AuditIndicator,
        runtime: RuntimeIndicator,
      ) => new HealthProbe(clock, readiness, [audit, runtime], database, config.server.version),
      [LoadedConfig, Clock, Readiness, DatabaseIndicator, AuditIndicator, RuntimeIndicator],
    ),
  ],
  exports: [Readiness],
})
export class HealthModule {}
