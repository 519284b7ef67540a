import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { provideBy } from '../../common/nest/provide.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import { Clock } from '../../common/ports/clock.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { DisabledAuditSink } from './disabled-audit-sink.js';
import { JsonlAuditSink } from './jsonl-audit-sink.js';
import { NodeSegmentFiles } from './node-segment-files.js';

async function auditSink(loaded: LoadedConfig, clock: Clock, log: Log): Promise<AuditSink> {
  const { audit } = loaded.config;
  if (!audit.enabled) return new DisabledAuditSink();
  const sink = new JsonlAuditSink(audit, clock, log, new NodeSegmentFiles());
  // a command that only looks must neither need nor make the directory
  if (loaded.request.serving === true) await sink.prepare();
  return sink;
}

@Module({
  providers: [provideBy(AuditSink, auditSink, [LoadedConfig, Clock, Log])],
  exports: [AuditSink],
})
export class AuditModule implements OnApplicationShutdown {
  constructor(@Inject(AuditSink) private readonly sink: AuditSink) {}

  async onApplicationShutdown(): Promise<void> {
    await this.sink.close();
  }
}
