import type { AuditConfig } from '../../common/domain/app-config.js';
import { redactEvents } from '../../common/domain/audit-redaction.js';
import type { AuditRecord } from '../../common/domain/audit-record.js';
import type { JsonValue } from '../../common/domain/json.js';
import { toJsonText } from '../../common/domain/json-text.js';

/**
 * A record as one line of the log, `\n` included: compact JSON, keys in the order of audit.md §2 and
 * §2.1, characters outside ASCII as they are, and the alias keys of §2.2 where they are wanted.
 */
export function auditLine(record: AuditRecord, config: AuditConfig): string {
  const line = {
    schema_name: record.schema_name,
    schema_version: record.schema_version,
    record_id: record.record_id,
    timestamp: record.timestamp,
    operation_type: record.operation_type,
    operation_name: record.operation_name,
    operation_status: record.operation_status,
    duration_ms: record.duration_ms,
    caller_type: record.caller_type,
    user_id: record.user_id,
    session_id: record.session_id,
    trace_id: record.trace_id,
    input_data: record.input_data,
    output_data: record.output_data,
    error: record.error,
    policies_evaluated: record.policies_evaluated,
    policy_decision: record.policy_decision,
    policy_reason: record.policy_reason,
    business_context: record.business_context,
    execution_events: redactEvents(record.execution_events, config) as unknown as JsonValue,
    prev_hash: record.prev_hash,
    record_hash: record.record_hash,
    signature: record.signature,
    event_type: record.event_type,
    action: record.action,
    resource: record.resource,
    correlation_id: record.correlation_id,
    ip_address: record.ip_address,
    user_agent: record.user_agent,
    instance_id: record.instance_id,
    profile: record.profile,
  };
  const aliases = { status: record.operation_status, caller: record.user_id ?? record.caller_type };
  return `${toJsonText(config.compatAliases ? { ...line, ...aliases } : line)}\n`;
}
