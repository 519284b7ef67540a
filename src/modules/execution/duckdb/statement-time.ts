import { Deadline } from '../../../common/async/deadline.js';
import { ExecutionTimeoutError } from '../../../common/errors/endpoint-errors.js';
import { Interruption } from './interruption.js';
import type { PooledSession } from './pooled-session.js';

/**
 * Runs work on a connection that is interrupted when the signal fires or the time is up.
 * @param timeoutMs `duckdb.statement_timeout_ms`, which counts from here, without the wait for a connection; 0 for none
 * @throws ExecutionTimeoutError when the time was up
 */
export async function withinTime<T>(
  session: PooledSession,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using deadline = new Deadline(signal, timeoutMs);
  const interruption = new Interruption(session, deadline.signal);
  try {
    return await work(deadline.signal);
  } catch (error) {
    throw deadline.expired ? new ExecutionTimeoutError(timeoutMs) : error;
  } finally {
    interruption[Symbol.dispose]();
  }
}
