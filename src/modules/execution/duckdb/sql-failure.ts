import { AppError } from '../../../common/errors/app-error.js';
import { ExecutionCancelledError, ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { reasonOf } from './database-file.js';

/** What every failure of an endpoint's statement begins with (endpoints.md §3.3). */
export const ENDPOINT_FAILED = 'Failed to execute SQL: ';

/**
 * What a statement's caller is told.
 * @param prefix stands before DuckDB's own words
 */
export function failureOf(error: unknown, prefix: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  // the pool interrupts what still runs when it closes
  if (error.message.startsWith('INTERRUPT Error')) return new ExecutionCancelledError();
  return new ExecutionFailedError(prefix + withoutTrace(reasonOf(error)), error);
}

/** An internal error of DuckDB's lists addresses and paths that are nobody's business. */
function withoutTrace(reason: string): string {
  return reason.split('\n\nStack Trace:')[0] ?? reason;
}
