import type { JsonObject } from '../../../../common/domain/json.js';
import type { SqlValues, TypedRows } from '../../../../common/domain/sql-value.js';
import { ExecutionFailedError } from '../../../../common/errors/endpoint-errors.js';
import type { DatabaseSession } from '../../../../common/ports/database.js';
import type { ThreadLink } from './thread-link.js';
import type { Question } from './thread-messages.js';

/** A session whose statements run in the database thread. */
export class ThreadSession implements DatabaseSession {
  readonly #closing = new AbortController();

  /**
   * @param opened settles when the thread has the session
   * @param pieces of a question in the name of the session's caller
   */
  constructor(
    private readonly key: string,
    private readonly link: ThreadLink,
    private readonly opened: Promise<unknown>,
    private readonly pieces: (question: Question, signal: AbortSignal) => AsyncIterable<unknown>,
  ) {
    // who runs a statement is told; who only opens and closes need not know
    opened.catch(() => undefined);
  }

  rows(sql: string, values: SqlValues, signal: AbortSignal): AsyncIterable<readonly JsonObject[]> {
    return this.run({ type: 'rows', session: this.key, sql, values }, signal) as AsyncIterable<
      readonly JsonObject[]
    >;
  }

  typedRows(sql: string, values: SqlValues, signal: AbortSignal): AsyncIterable<TypedRows> {
    return this.run(
      { type: 'typedRows', session: this.key, sql, values },
      signal,
    ) as AsyncIterable<TypedRows>;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (!this.link.isLost) await this.link.valueOf({ type: 'close', session: this.key });
  }

  private async *run(question: Question, signal: AbortSignal): AsyncGenerator {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    await this.opened;
    yield* this.pieces(question, ended);
  }
}

/** In place of a session that could never be answered, because the database waits for whoever opened it. */
export class RefusedSession implements DatabaseSession {
  rows(): AsyncIterable<never> {
    return refusal();
  }

  typedRows(): AsyncIterable<never> {
    return refusal();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- fails when iterated, as any statement does
async function* refusal(): AsyncGenerator<never> {
  throw new ExecutionFailedError(
    'db.execute cannot be used inside a plugin function: the statement that called it waits for its answer',
  );
}
