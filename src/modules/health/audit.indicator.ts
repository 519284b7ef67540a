import type { HealthIndicatorService, HealthIndicatorResult } from '@nestjs/terminus';
import type { AuditSink } from '../../common/ports/audit-sink.js';

/** Whether audit records reach the disk; true while auditing is off. */
export class AuditIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly audit: AuditSink,
  ) {}

  check(): HealthIndicatorResult<'audit'> {
    const session = this.indicators.check('audit');
    if (!this.audit.enabled || this.audit.healthy()) return session.up();
    return session.down('audit records cannot be written');
  }
}
