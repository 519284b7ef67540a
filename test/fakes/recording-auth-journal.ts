import { AuthJournal, type AuthEvent } from '../../src/modules/auth/auth-journal.js';
import { aConfig } from '../builders/a-config.js';
import { FakeClock } from './fake-clock.js';
import { MemoryAuditSink } from './memory-audit-sink.js';
import { RecordingMetrics } from './recording-metrics.js';

/** Keeps what was recorded. */
export class RecordingAuthJournal extends AuthJournal {
  readonly events: AuthEvent[] = [];
  /** Thrown instead of recording. */
  failure: Error | null = null;

  constructor() {
    const names = { instanceId: 'here', provider: 'acme' };
    const config = aConfig();
    const limit = { hasRoomFor: () => true };
    super(new MemoryAuditSink(), new RecordingMetrics(), new FakeClock(), () => config, names, limit);
  }

  override async record(event: AuthEvent): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.events.push(event);
    await super.record(event);
  }
}
