import type { AuditRecord } from '../../src/common/domain/audit-record.js';
import { AuditFailedError } from '../../src/common/errors/server-errors.js';
import type { AuditSink } from '../../src/common/ports/audit-sink.js';

/** Keeps records in memory; can be off, full or broken. */
export class MemoryAuditSink implements AuditSink {
  enabled = true;
  readonly records: AuditRecord[] = [];
  isFull = false;
  isBroken = false;
  /** What a broken one fails by. */
  failure: Error = new AuditFailedError();

  admit(): Promise<void> {
    return this.isFull ? Promise.reject(new AuditFailedError()) : Promise.resolve();
  }

  write(record: AuditRecord): Promise<void> {
    if (this.isBroken) return Promise.reject(this.failure);
    this.records.push(record);
    return Promise.resolve();
  }

  healthy(): boolean {
    return !this.isBroken;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
