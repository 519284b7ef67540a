import type { MessagePort } from 'node:worker_threads';
import { Deadline } from '../../../../common/async/deadline.js';
import type { CallRequest } from '../../../../common/domain/call.js';
import type { TypedValue } from '../../../../common/domain/sql-value.js';
import { AppError } from '../../../../common/errors/app-error.js';
import {
  ExecutionCancelledError,
  ExecutionTimeoutError,
  WorkerLostError,
} from '../../../../common/errors/endpoint-errors.js';
import type { Log } from '../../../../common/ports/log.js';
import type { SqlFunctions } from '../../sql-functions.js';
import type { FunctionAnswer, FunctionCall } from './thread-messages.js';

/** On whose behalf a question's statements call functions, and until when. */
export interface ServedCall {
  readonly request: CallRequest | null;
  readonly functions: SqlFunctions;
  readonly signal: AbortSignal;
  /** Longest that one function call may take; 0 for no limit of its own. */
  readonly timeoutMs: number;
}

/**
 * Answers the function calls of a database thread, which sleeps meanwhile: each is answered, whatever happens.
 * A call that is cancelled or late is answered at once, and what the function says later is not heard.
 */
export class FunctionDesk {
  readonly #served = new Map<number, ServedCall>();
  readonly #answering: (CallRequest | null)[] = [];
  readonly #lost = new Map<number, WorkerLostError>();
  readonly #answered: Int32Array<SharedArrayBuffer>;

  constructor(
    private readonly calls: MessagePort,
    answered: SharedArrayBuffer,
    private readonly log: Pick<Log, 'write'>,
  ) {
    this.#answered = new Int32Array(answered);
    calls.on('message', (call: FunctionCall) => {
      void this.answer(call);
    });
  }

  serve(question: number, call: ServedCall): void {
    this.#served.set(question, call);
  }

  /** @returns why its functions failed, when the process that runs them was lost */
  forget(question: number): WorkerLostError | null {
    const lost = this.#lost.get(question) ?? null;
    this.#served.delete(question);
    this.#lost.delete(question);
    return lost;
  }

  /** Whether a function that runs now was called by a statement of this request. */
  isAnswering(request: CallRequest | null): boolean {
    return this.#answering.includes(request);
  }

  close(): void {
    this.calls.close();
  }

  private async answer(call: FunctionCall): Promise<void> {
    const answer = await this.answerTo(call);
    try {
      this.calls.postMessage(answer);
    } catch (error) {
      this.calls.postMessage({ id: call.id, failure: this.textOf(error) });
    }
    Atomics.add(this.#answered, 0, 1);
    Atomics.notify(this.#answered, 0);
  }

  private async answerTo(call: FunctionCall): Promise<FunctionAnswer> {
    const { id, question, rowCount } = call;
    const served = this.#served.get(question);
    if (served === undefined) return { id, failure: new ExecutionCancelledError().message };
    // DuckDB tries a constant expression again when it failed: a function that ends its process does so once
    const lost = this.#lost.get(question);
    if (lost !== undefined) return { id, failure: lost.message };
    this.#answering.push(served.request);
    try {
      const { functions, request } = served;
      const values = await withinTime(served, (signal) =>
        functions.call(call.name, call.columns, rowCount, request, signal),
      );
      if (values.length === rowCount) return { id, values };
      return { id, failure: `The function '${call.name}' gave ${values.length} values for ${rowCount} rows` };
    } catch (error) {
      if (error instanceof WorkerLostError) this.#lost.set(question, error);
      return { id, failure: this.textOf(error) };
    } finally {
      this.#answering.splice(this.#answering.indexOf(served.request), 1);
    }
  }

  /** Only our own errors are worded for callers. */
  private textOf(error: unknown): string {
    if (error instanceof AppError) return error.message;
    this.log.write('error', 'duckdb', 'A plugin function could not be called', {}, error);
    return 'The plugin function could not be called';
  }
}

async function withinTime(
  served: ServedCall,
  work: (signal: AbortSignal) => Promise<readonly TypedValue[]>,
): Promise<readonly TypedValue[]> {
  using deadline = new Deadline(served.signal, served.timeoutMs);
  const { signal } = deadline;
  if (signal.aborted) throw new ExecutionCancelledError();
  const ended = Promise.withResolvers<never>();
  const end = (): void => {
    ended.reject(
      deadline.expired ? new ExecutionTimeoutError(served.timeoutMs) : new ExecutionCancelledError(),
    );
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(signal), ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
