import { AuditSink } from '../../common/ports/audit-sink.js';

/** The sink while auditing is off: takes everything, keeps nothing. */
export class DisabledAuditSink extends AuditSink {
  override readonly enabled = false;

  override admit(): Promise<void> {
    return Promise.resolve();
  }

  override write(): Promise<void> {
    return Promise.resolve();
  }

  override healthy(): boolean {
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
