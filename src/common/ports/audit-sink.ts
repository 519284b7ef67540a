import type { AuditRecord } from '../domain/audit-record.js';

/** Where audit records go. */
export abstract class AuditSink {
  /** False while auditing is off: nothing needs to be recorded or captured. */
  abstract readonly enabled: boolean;

  /**
   * Makes sure that a record can be taken before anything is done on a caller's behalf.
   * @throws AuditFailedError when the bounded queue is full
   */
  abstract admit(): Promise<void>;

  /** Settles once the record is written, or queued while the disk fails. */
  abstract write(record: AuditRecord): Promise<void>;

  /** Whether records reach the disk at the moment, for readiness. */
  abstract healthy(): boolean;

  abstract close(): Promise<void>;
}
