import { randomUUID } from 'node:crypto';
import type { AppConfig } from '../../common/domain/app-config.js';
import { auditTimestamp, type AuditRecord } from '../../common/domain/audit-record.js';
import type { IncomingRequest } from '../../common/domain/incoming-request.js';
import type { DenialReason } from '../../common/errors/auth-errors.js';
import type { AuditSink } from '../../common/ports/audit-sink.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type { RecordLimit } from './record-limit.js';

/** What happened to somebody's access (audit.md, `mxcp.auth`). */
export interface AuthEvent {
  readonly type:
    'auth.authorize' | 'auth.token' | 'auth.refresh' | 'auth.revoke' | 'auth.register' | 'auth.denied';
  readonly status: 'success' | 'error';
  /** Of a failure: a denial's reason, or an OAuth error code. */
  readonly reason: DenialReason | 'insufficient_scope' | (string & {}) | null;
  readonly userId: string | null;
  readonly clientId: string | null;
  readonly correlationId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** What every event says of the request that it came by. */
export type Visitor = Pick<AuthEvent, 'correlationId' | 'ip' | 'userAgent'>;

export function visitorOf({ correlationId, ip, headers }: IncomingRequest): Visitor {
  const userAgent = headers['user-agent'];
  return { correlationId, ip, userAgent: typeof userAgent === 'string' ? userAgent : null };
}

/** What records say of who writes them. */
export interface JournalNames {
  /** Host and process, as audit records name them. */
  readonly instanceId: string;
  /** `Principal.provider` of those who sign in here. */
  readonly provider: string;
}

/**
 * Records logins, tokens and denials: one audit record each, never a token, and in a flood of failures not each of
 * them. Denials are counted by who denies; all else is counted here.
 */
export class AuthJournal {
  /**
   * @param config in force now
   * @param limit of the records of failures, which anybody can cause
   */
  constructor(
    private readonly audit: AuditSink,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly config: () => AppConfig,
    private readonly names: JournalNames,
    private readonly limit: Pick<RecordLimit, 'hasRoomFor'>,
  ) {}

  /**
   * Settles once the record is taken, as of a call: what it tells of must not be answered before.
   * @throws AuditFailedError when it could not be taken and `audit.on_failure` is `block`
   */
  async record(event: AuthEvent): Promise<void> {
    if (event.type !== 'auth.denied') {
      this.metrics.authAttempted(this.names.provider, event.status === 'success' ? 'success' : 'error');
    }
    if (!this.audit.enabled) return;
    if (event.status === 'error' && !this.limit.hasRoomFor(event)) return;
    await this.audit.admit();
    await this.audit.write(this.#recordOf(event));
  }

  #recordOf(event: AuthEvent): AuditRecord {
    const { audit, project } = this.config();
    const { type, status, reason, clientId } = event;
    const error = status === 'error' ? (reason ?? 'error') : null;
    return {
      schema_name: 'mxcp.auth',
      schema_version: 1,
      record_id: randomUUID(),
      timestamp: auditTimestamp(this.clock.now()),
      operation_type: 'auth',
      operation_name: type,
      operation_status: status,
      duration_ms: 0,
      caller_type: 'http',
      user_id: event.userId,
      session_id: null,
      trace_id: null,
      input_data: {},
      output_data: null,
      error,
      policies_evaluated: [],
      policy_decision: null,
      policy_reason: null,
      business_context: {
        provider: this.names.provider,
        ...(clientId === null ? {} : { client_id: clientId }),
        ...(reason === null ? {} : { reason }),
      },
      execution_events: [],
      prev_hash: null,
      record_hash: null,
      signature: null,
      event_type: type,
      action: type === 'auth.authorize' ? 'login' : type.slice('auth.'.length),
      resource: clientId ?? '',
      correlation_id: event.correlationId,
      ip_address: audit.captureNetwork ? event.ip : null,
      user_agent: audit.captureNetwork ? event.userAgent : null,
      instance_id: this.names.instanceId,
      profile: project.profile,
    };
  }
}
