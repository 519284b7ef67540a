import { scope } from '../thread/call-scope.js';
import { asNumber, asObject, asTextOrNull } from './argument.js';

/** A call to another system, for the audit record of the running call. */
export interface ExecutionEvent {
  /** When it began. */
  readonly startedAt: Date;
  /** Until now, when left out. */
  readonly durationMs?: number;
  /** `success` when left out, or `error` if there is an `error`. */
  readonly status?: 'success' | 'error';
  /** Such as a host. */
  readonly target?: string;
  readonly operation?: string;
  readonly summary?: string;
  readonly error?: string;
  readonly details?: object;
}

/** Adds what endpoint code did elsewhere to the audit record of the running call. */
export async function addExecutionEvent(event: ExecutionEvent): Promise<void> {
  const { startedAt, durationMs, status, details = {} } = event;
  const elapsedMs = durationMs ?? new Date().getTime() - startedAt.getTime();
  const error = asTextOrNull(event.error);
  const isSuccess = status === undefined ? error === null : status === 'success';
  scope().notice({
    kind: 'event',
    event: {
      kind: 'external',
      started_at: startedAt.toISOString(),
      duration_ms: Math.max(0, Math.round(asNumber(elapsedMs)) || 0),
      status: isSuccess ? 'success' : 'error',
      target: asTextOrNull(event.target),
      operation: asTextOrNull(event.operation),
      summary: asTextOrNull(event.summary),
      error,
      details: asObject(details, 'details'),
    },
  });
  return Promise.resolve();
}
