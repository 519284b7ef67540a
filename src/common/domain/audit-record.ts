import type { JsonObject, JsonValue } from './json.js';

/** Details of an outbound call made by endpoint code (audit.md §2.3). */
export interface AuditEvent {
  readonly kind: 'external';
  readonly started_at: string;
  readonly duration_ms: number;
  readonly status: 'success' | 'error';
  readonly target: string | null;
  readonly operation: string | null;
  readonly summary: string | null;
  readonly error: string | null;
  readonly details: JsonObject;
}

export type OperationType = 'tool' | 'resource' | 'prompt' | 'auth' | 'unknown';
export type CallerType = 'cli' | 'http' | 'stdio' | 'api' | 'system' | 'unknown';

/** One line of the audit log; the keys and their order are audit.md §2 and §2.1. */
export interface AuditRecord {
  readonly schema_name: string;
  readonly schema_version: number;
  readonly record_id: string;
  /** RFC 3339 UTC with microseconds, taken at completion. */
  readonly timestamp: string;
  readonly operation_type: OperationType;
  readonly operation_name: string;
  readonly operation_status: 'success' | 'error';
  readonly duration_ms: number;
  readonly caller_type: CallerType;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly trace_id: string | null;
  readonly input_data: JsonObject;
  readonly output_data: JsonValue;
  readonly error: string | null;
  readonly policies_evaluated: readonly string[];
  readonly policy_decision: 'allow' | 'deny' | 'warn' | null;
  readonly policy_reason: string | null;
  readonly business_context: JsonObject;
  readonly execution_events: readonly AuditEvent[];
  readonly prev_hash: string | null;
  readonly record_hash: string | null;
  readonly signature: string | null;
  readonly event_type: string;
  readonly action: string;
  readonly resource: string;
  readonly correlation_id: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly instance_id: string;
  readonly profile: string;
}

/** A moment as records give it. */
export function auditTimestamp(moment: Date): string {
  return moment.toISOString().replace('Z', '000Z');
}
