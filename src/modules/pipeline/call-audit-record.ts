import { randomUUID } from 'node:crypto';
import { captureForAudit } from '../../common/domain/audit-redaction.js';
import { auditTimestamp, type AuditRecord, type CallerType } from '../../common/domain/audit-record.js';
import type { CallOrigin, CallOutcome, CallRequest } from '../../common/domain/call.js';
import { traceIdOf } from '../../common/domain/trace-context.js';
import type { AppError } from '../../common/errors/app-error.js';
import { EndpointNotFoundError, InputInvalidError } from '../../common/errors/endpoint-errors.js';
import type { CallRecord } from './call-record.js';

/** How a call ended: with an outcome, or with what it failed by. */
export type CallEnd =
  | { readonly outcome: CallOutcome; readonly failure: null }
  | { readonly outcome: null; readonly failure: AppError };

/** What is known of a call that has ended. */
export interface EndedCall {
  readonly request: CallRequest;
  readonly record: CallRecord;
  readonly end: CallEnd;
  readonly endedAt: Date;
  readonly elapsedMs: number;
  /** Host and process. */
  readonly instanceId: string;
}

/** The audit record of a call (audit.md §2), as far as its configuration lets it be kept. */
export function callAuditRecord({ request, record, end, ...ended }: EndedCall): AuditRecord {
  const { config } = record;
  const status = end.failure === null ? 'success' : 'error';
  const output = end.outcome?.output.kind === 'value' ? end.outcome.output.value : undefined;
  const error = auditError(request, end.failure);
  const captured = captureForAudit(
    record.endpoint,
    record.input,
    output,
    error,
    config.audit,
    end.outcome?.text,
  );
  // a resource's URI can carry a sensitive argument
  const target = captured.scrub(record.target);
  const operationName = record.endpoint?.id ?? target;
  return {
    schema_name: 'mxcp.endpoints',
    schema_version: 2,
    record_id: randomUUID(),
    timestamp: auditTimestamp(ended.endedAt),
    operation_type: request.kind,
    operation_name: operationName,
    operation_status: status,
    duration_ms: Math.trunc(ended.elapsedMs),
    caller_type: callerType(request.origin),
    user_id: request.principal.userId,
    session_id: request.sessionId,
    trace_id: traceIdOf(request.headers['traceparent']),
    input_data: captured.input_data,
    output_data: captured.output_data,
    error: captured.error,
    policies_evaluated: record.evaluated,
    policy_decision: record.decision,
    policy_reason: record.reason,
    business_context: businessContext(request, operationName, status, record.decision),
    execution_events: request.events,
    prev_hash: null,
    record_hash: null,
    signature: null,
    event_type: 'endpoint.execute',
    action: 'execute',
    resource: target,
    correlation_id: request.correlationId,
    ip_address: config.audit.captureNetwork ? request.client.ip : null,
    user_agent: config.audit.captureNetwork ? request.client.userAgent : null,
    instance_id: ended.instanceId,
    profile: config.project.profile,
  };
}

/** `caller_type` of audit, label `caller` of metrics. */
export function callerType(origin: CallOrigin): CallerType {
  return origin === 'test' || origin === 'eval' ? 'cli' : origin;
}

function businessContext(
  request: CallRequest,
  operationName: string,
  status: string,
  decision: string | null,
): AuditRecord['business_context'] {
  return {
    operation_type: request.kind,
    operation_name: operationName,
    operation_status: status,
    ...(decision === null ? {} : { policy_decision: decision }),
  };
}

/** How audit words what never reached the endpoint (audit.md §3). */
function auditError(request: CallRequest, failure: AppError | null): string | null {
  if (failure === null) return null;
  if (failure instanceof EndpointNotFoundError) return `Unknown ${request.kind}: ${request.target}`;
  if (failure instanceof InputInvalidError) return `Invalid arguments: ${failure.message}`;
  return failure.message;
}
