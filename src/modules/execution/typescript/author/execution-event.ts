import type { JsonObject } from '../../../../common/domain/json.js';
import { scope } from '../thread/call-scope.js';
import { plainValue } from '../thread/result-value.js';

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
  const { startedAt, durationMs, status, error = null, details = {} } = event;
  const elapsedMs = durationMs ?? new Date().getTime() - startedAt.getTime();
  scope().notice({
    kind: 'event',
    event: {
      kind: 'external',
      started_at: startedAt.toISOString(),
      duration_ms: Math.max(0, Math.round(elapsedMs)),
      status: status ?? (error === null ? 'success' : 'error'),
      target: event.target ?? null,
      operation: event.operation ?? null,
      summary: event.summary ?? null,
      error,
      // an object's plain value is an object
      details: plainValue(details) as JsonObject,
    },
  });
  return Promise.resolve();
}
