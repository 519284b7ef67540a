import type { JsonValue } from '../../../../common/domain/json.js';
import { scope } from '../thread/call-scope.js';
import { asText } from './argument.js';
import { sqlValues, type SqlParameters } from './sql-values.js';

/** One row: column names to values. */
export type Row = Readonly<Record<string, JsonValue>>;

/** Statements that run one after the other on one connection. */
export interface Statements {
  /**
   * Runs SQL, several statements too, and gives the rows of the last. Dates and times come as ISO text, integers
   * beyond 2^53 as `bigint`.
   * @throws ServerError with DuckDB's message
   */
  execute<T extends object = Row>(sql: string, parameters?: SqlParameters): Promise<T[]>;
}

/** The project's database, on behalf of whoever calls. */
export interface Database extends Statements {
  /**
   * As `execute`, row by row, for results that do not fit in memory. It has a connection of its own: temporary
   * tables of `execute` are not there.
   */
  stream<T extends object = Row>(sql: string, parameters?: SqlParameters): AsyncIterable<T>;

  /**
   * Runs work in a transaction, which is committed when the work succeeds and rolled back when it throws. What the
   * work does through `transaction` belongs to it, nothing else.
   */
  transaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T>;
}

/** The session that all of a call's statements share. */
const CALL_SESSION = 0;

export const db: Database = {
  execute: (sql, parameters = {}) => execute(CALL_SESSION, sql, parameters),

  async *stream<T extends object>(sql: string, parameters: SqlParameters = {}) {
    const session = await scope().request('openSession', null);
    try {
      yield* rowsOf<T>(session, sql, parameters);
    } finally {
      await closeQuietly(session);
    }
  },

  async transaction(work) {
    const session = await scope().request('openSession', null);
    try {
      await execute(session, 'BEGIN TRANSACTION', {});
      const result = await work({ execute: (sql, parameters = {}) => execute(session, sql, parameters) });
      await execute(session, 'COMMIT', {});
      return result;
    } finally {
      // closing rolls back what was not committed
      await closeQuietly(session);
    }
  },
};

async function execute<T extends object>(
  session: number,
  sql: string,
  parameters: SqlParameters,
): Promise<T[]> {
  const rows: T[] = [];
  const query = { session, sql: asText(sql), values: sqlValues(parameters) };
  let piece = await scope().request('query', query);
  for (;;) {
    // the author says what the rows are
    for (const row of piece.rows) rows.push(row as T);
    if (piece.cursor === null) return rows;
    piece = await scope().request('rows', { cursor: piece.cursor });
  }
}

async function* rowsOf<T extends object>(
  session: number,
  sql: string,
  parameters: SqlParameters,
): AsyncGenerator<T, void, undefined> {
  const query = { session, sql: asText(sql), values: sqlValues(parameters) };
  let { rows, cursor } = await scope().request('query', query);
  try {
    for (;;) {
      for (const row of rows) yield row as T;
      if (cursor === null) return;
      ({ rows, cursor } = await scope().request('rows', { cursor }));
    }
  } finally {
    if (cursor !== null) await scope().request('closeRows', { cursor });
  }
}

/** What is open when the call is over is closed with it. */
async function closeQuietly(session: number): Promise<void> {
  const current = scope();
  if (!current.signal.aborted) await current.request('closeSession', { session });
}
