import { Module } from '@nestjs/common';
import { instanceId } from '../../common/nest/instance-id.js';
import { provide, provideBy } from '../../common/nest/provide.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import { Clock } from '../../common/ports/clock.js';
import { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { Metrics } from '../../common/ports/metrics.js';
import { RuntimeSource } from '../../common/ports/runtime.js';
import { AuditModule } from '../audit/audit.module.js';
import { RuntimeModule } from '../runtime/runtime.module.js';
import { CallRecorder } from './call-recorder.js';
import { EndpointPipeline } from './endpoint-pipeline.js';

@Module({
  imports: [AuditModule, RuntimeModule],
  providers: [
    provideBy(
      CallRecorder,
      (audit: AuditSink, metrics: Metrics, clock: Clock, log: Log) =>
        new CallRecorder(audit, metrics, clock, log, instanceId()),
      [AuditSink, Metrics, Clock, Log],
    ),
    provide(EndpointCaller, EndpointPipeline, [RuntimeSource, CallRecorder, LoadedConfig]),
  ],
  exports: [EndpointCaller],
})
export class PipelineModule {}
