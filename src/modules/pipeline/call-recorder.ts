import { randomUUID } from 'node:crypto';
import type { AppConfig } from '../../common/domain/app-config.js';
import { captureForAudit } from '../../common/domain/audit-redaction.js';
import { auditTimestamp, type AuditRecord, type CallerType } from '../../common/domain/audit-record.js';
import {
  isClientCall,
  type CallOrigin,
  type CallOutcome,
  type CallRequest,
} from '../../common/domain/call.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import { effectiveLimits } from '../../common/domain/limits.js';
import type { Output } from '../../common/domain/output.js';
import { traceIdOf } from '../../common/domain/trace-context.js';
import { AppError } from '../../common/errors/app-error.js';
import { EndpointNotFoundError, InputInvalidError } from '../../common/errors/endpoint-errors.js';
import { errorCatalog } from '../../common/errors/error-catalog.js';
import { AuditFailedError, InternalError } from '../../common/errors/server-errors.js';
import type { AuditSink } from '../../common/ports/audit-sink.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import { answerText } from './answer-size.js';
import { CallRecord } from './call-record.js';

/**
 * Wraps every call, so that a success, a denial, an unknown name, a cancellation and a crash are all
 * recorded by the same code: one audit record each (audit.md §3), metrics, and a log line for defects.
 */
export class CallRecorder {
  constructor(
    private readonly audit: AuditSink,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly log: Log,
    /** Host and process, as audit records name them. */
    private readonly instanceId: string,
  ) {}

  /**
   * Runs a call and records it, whatever happens; its duration includes a wait for a reload. The answer is not
   * given before its record is taken.
   * @param config in force until the record is told of a newer one
   * @throws AppError, never anything else; AuditFailedError when the record could not be taken
   */
  async record(
    request: CallRequest,
    config: AppConfig,
    work: (record: CallRecord) => Promise<Output>,
  ): Promise<CallOutcome> {
    await this.audit.admit();
    const record = new CallRecord(request, this.metrics, config);
    const startedMs = this.clock.monotonicMs();
    let outcome: CallOutcome | null = null;
    let failure: AppError | null = null;
    try {
      const output = await work(record);
      outcome = this.outcomeOf(record, request, output);
    } catch (error) {
      failure = this.failureOf(error, request, record);
    }
    const elapsedMs = this.clock.monotonicMs() - startedMs;
    record.finished();
    this.measure(request, record, failure, elapsedMs);
    if (this.audit.enabled) await this.write({ request, record, outcome, failure, elapsedMs });
    if (failure !== null) throw failure;
    if (outcome === null) throw new InternalError(request.correlationId, 'a call ended without an outcome');
    return outcome;
  }

  private outcomeOf(record: CallRecord, request: CallRequest, output: Output): CallOutcome {
    const { endpoint, config } = record;
    if (endpoint === null) throw new InternalError(request.correlationId, 'a call ended without an endpoint');
    const limits = effectiveLimits(endpoint.limits, config.limits, request.origin);
    const measured = isClientCall(request.origin) || limits.bytes > 0;
    return { endpoint, output, text: measured ? answerText(output, limits.bytes) : null };
  }

  private failureOf(error: unknown, request: CallRequest, record: CallRecord): AppError {
    const fields = { correlationId: request.correlationId, endpoint: record.endpoint?.id };
    if (record.policyFailure !== null) {
      this.log.write(
        'error',
        'policy',
        `Policy rule could not be evaluated: ${record.policyFailure}`,
        fields,
      );
    }
    if (error instanceof AppError) return error;
    this.log.write('error', 'pipeline', 'Call failed by a defect', fields, error);
    return new InternalError(request.correlationId, error);
  }

  private measure(
    request: CallRequest,
    record: CallRecord,
    failure: AppError | null,
    elapsedMs: number,
  ): void {
    this.metrics.callFinished({
      endpoint: record.endpoint?.id ?? '_unknown',
      kind: request.kind,
      caller: callerType(request.origin),
      policyDecision: record.decision ?? 'none',
      errorType: failure === null ? null : errorType(failure, record.endpoint),
      seconds: elapsedMs / 1000,
    });
  }

  private async write(facts: AuditFacts): Promise<void> {
    try {
      await this.audit.write(this.auditRecord(facts));
    } catch (error) {
      if (error instanceof AuditFailedError) throw error;
      throw new AuditFailedError(error);
    }
  }

  private auditRecord(facts: AuditFacts): AuditRecord {
    const { request, record, failure, outcome } = facts;
    const { config } = record;
    const status = failure === null ? 'success' : 'error';
    const output = outcome?.output.kind === 'value' ? outcome.output.value : undefined;
    const error = auditError(request, failure);
    const captured = captureForAudit(
      record.endpoint,
      record.input,
      output,
      error,
      config.audit,
      outcome?.text,
    );
    // a resource's URI can carry a sensitive argument
    const target = captured.scrub(record.target);
    const operationName = record.endpoint?.id ?? target;
    return {
      schema_name: 'mxcp.endpoints',
      schema_version: 2,
      record_id: randomUUID(),
      timestamp: auditTimestamp(this.clock.now()),
      operation_type: request.kind,
      operation_name: operationName,
      operation_status: status,
      duration_ms: Math.trunc(facts.elapsedMs),
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
      instance_id: this.instanceId,
      profile: config.project.profile,
    };
  }
}

interface AuditFacts {
  readonly request: CallRequest;
  readonly record: CallRecord;
  readonly outcome: CallOutcome | null;
  readonly failure: AppError | null;
  readonly elapsedMs: number;
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

/** `caller_type` of audit, label `caller` of metrics. */
function callerType(origin: CallOrigin): CallerType {
  return origin === 'test' || origin === 'eval' ? 'cli' : origin;
}

/** The label `error_type`: what an endpoint's own code did wrong is not the database's fault. */
function errorType(failure: AppError, endpoint: Endpoint | null): string {
  const { metric } = errorCatalog[failure.code];
  const isCode = endpoint?.language === 'python' || endpoint?.language === 'typescript';
  return failure.code === 'EXECUTION_FAILED' && isCode ? 'python' : metric;
}
