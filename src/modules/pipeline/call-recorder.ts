import type { AppConfig } from '../../common/domain/app-config.js';
import type { CallOutcome, CallRequest } from '../../common/domain/call.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import { AppError } from '../../common/errors/app-error.js';
import { errorCatalog } from '../../common/errors/error-catalog.js';
import { AuditFailedError, InternalError } from '../../common/errors/server-errors.js';
import type { AuditSink } from '../../common/ports/audit-sink.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import { callAuditRecord, callerType, type CallEnd, type EndedCall } from './call-audit-record.js';
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
    work: (record: CallRecord) => Promise<CallOutcome>,
  ): Promise<CallOutcome> {
    await this.audit.admit();
    const record = new CallRecord(request, this.metrics, config);
    const startedMs = this.clock.monotonicMs();
    const end = await this.endOf(record, request, work);
    const elapsedMs = this.clock.monotonicMs() - startedMs;
    record.finished();
    const { instanceId } = this;
    const ended = { request, record, end, elapsedMs, endedAt: this.clock.now(), instanceId };
    this.measure(ended);
    if (this.audit.enabled) await this.write(ended);
    if (end.failure !== null) throw end.failure;
    return end.outcome;
  }

  private async endOf(
    record: CallRecord,
    request: CallRequest,
    work: (record: CallRecord) => Promise<CallOutcome>,
  ): Promise<CallEnd> {
    try {
      return { outcome: await work(record), failure: null };
    } catch (error) {
      return { outcome: null, failure: this.failureOf(error, request, record) };
    }
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

  private measure({ request, record, end, elapsedMs }: EndedCall): void {
    this.metrics.callFinished({
      endpoint: record.endpoint?.id ?? '_unknown',
      kind: request.kind,
      caller: callerType(request.origin),
      policyDecision: record.decision ?? 'none',
      errorType: end.failure === null ? null : errorType(end.failure, record.endpoint),
      seconds: elapsedMs / 1000,
    });
  }

  private async write(ended: EndedCall): Promise<void> {
    try {
      await this.audit.write(callAuditRecord(ended));
    } catch (error) {
      if (error instanceof AuditFailedError) throw error;
      throw new AuditFailedError(error);
    }
  }
}

/** The label `error_type`: what an endpoint's own code did wrong is not the database's fault. */
function errorType(failure: AppError, endpoint: Endpoint | null): string {
  const { metric } = errorCatalog[failure.code];
  const isCode = endpoint?.language === 'python' || endpoint?.language === 'typescript';
  return failure.code === 'EXECUTION_FAILED' && isCode ? 'python' : metric;
}
