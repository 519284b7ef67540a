import type { JsonObject } from '../../src/common/domain/json.js';
import type { SqlValues, TypedRows } from '../../src/common/domain/sql-value.js';
import { ExecutionFailedError } from '../../src/common/errors/endpoint-errors.js';
import type { Database, DatabaseSession, PoolState, TableShape } from '../../src/common/ports/database.js';

/** Answers the SQL that it knows, in pieces; keeps what it was asked. */
export class FakeDatabase implements Database {
  readonly statements: { readonly session: number; readonly sql: string; readonly values: SqlValues }[] = [];
  openCount = 0;
  /** What closing a session waits for. */
  closing: Promise<unknown> = Promise.resolve();
  #sessionCount = 0;

  /** @param answers the pieces of each statement; `delayMs` passes before each */
  constructor(
    private readonly answers: Readonly<Record<string, readonly (readonly JsonObject[])[]>> = {},
    private readonly delayMs = 0,
  ) {}

  open(): DatabaseSession {
    this.#sessionCount += 1;
    this.openCount += 1;
    const session = this.#sessionCount;
    return {
      rows: (sql, values, signal) => {
        this.statements.push({ session, sql, values });
        return this.#pieces(sql, signal);
      },
      typedRows(): AsyncIterable<TypedRows> {
        throw new TypeError('not asked for here');
      },
      close: async () => {
        await this.closing;
        this.openCount -= 1;
      },
    };
  }
  ping(): Promise<void> {
    return Promise.resolve();
  }

  describe(): Promise<readonly TableShape[]> {
    return Promise.resolve([]);
  }

  pool(): PoolState {
    return { idle: 0, inUse: this.openCount, waiting: 0 };
  }

  async *#pieces(sql: string, signal: AbortSignal): AsyncGenerator<readonly JsonObject[]> {
    const pieces = this.answers[sql] ?? (/^(BEGIN|COMMIT)/.test(sql) ? [] : null);
    if (pieces === null) throw new ExecutionFailedError(`Catalog Error: nobody knows ${sql}`);
    for (const piece of pieces) {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      signal.throwIfAborted();
      yield piece;
    }
  }
}
