import type duckdb from '@duckdb/node-bindings';
import type { JsonObject } from '../../../common/domain/json.js';
import type { SqlValues, TypedRows } from '../../../common/domain/sql-value.js';
import { ExecutionCancelledError } from '../../../common/errors/endpoint-errors.js';
import type { DatabaseSession } from '../../../common/ports/database.js';
import type { DatabaseClient } from './database-client.js';
import { KeptConnection } from './kept-connection.js';
import { executed } from './result-reading.js';
import { piecesOf } from './row-reader.js';
import { JsonShape, TypedShape, type Shape } from './row-shape.js';
import type { PooledSession } from './pooled-session.js';
import { runSource, type ResultUse } from './source-runner.js';
import { SqlArguments } from './sql-arguments.js';
import type { SqlCaller } from './sql-engine.js';
import { failureOf } from './sql-failure.js';
import { withinTime } from './statement-time.js';
import type { ZoneOffset } from './values/zone-offset.js';

/** A result that was run to its end; it needs its connection no more. */
interface HeldResult {
  readonly native: duckdb.Result;
  readonly offsetAt: ZoneOffset;
}

interface Statement {
  readonly sql: string;
  readonly values: SqlValues;
  readonly caller: SqlCaller;
}

const heldResult: ResultUse<HeldResult> = {
  alone: async (session, statement) => held(session, await executed(session, statement)),
  last: held,
};

/**
 * SQL of endpoint code for one call. A connection is lent for each statement and kept only while something is
 * left on it; the rows of a result are read without one, so that a slow reader is in nobody's way.
 */
export class SqlSession implements DatabaseSession {
  readonly #kept = new KeptConnection();
  readonly #closing = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param timeoutMs longest that one statement may run; 0 for no limit of its own */
  constructor(
    private readonly client: DatabaseClient,
    private readonly caller: SqlCaller,
    private readonly timeoutMs: number,
  ) {}

  /** @param caller whose statement it is, where that is another object than the session's */
  rows(
    sql: string,
    values: SqlValues,
    signal: AbortSignal,
    caller = this.caller,
  ): AsyncIterable<readonly JsonObject[]> {
    return this.pieces(
      { sql, values, caller },
      signal,
      ({ native, offsetAt }) => new JsonShape(native, offsetAt),
    );
  }

  /** @param caller see `rows` */
  typedRows(
    sql: string,
    values: SqlValues,
    signal: AbortSignal,
    caller = this.caller,
  ): AsyncIterable<TypedRows> {
    return this.pieces({ sql, values, caller }, signal, ({ native }) => new TypedShape(native));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#turn;
    this.#kept.release();
  }

  private async *pieces<T>(
    statement: Statement,
    signal: AbortSignal,
    shapeOf: (result: HeldResult) => Shape<T>,
  ): AsyncGenerator<T> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const result = await this.inTurn(() => this.run(statement, ended));
    for await (const piece of piecesOf(result.native, shapeOf(result))) {
      if (ended.aborted) throw new ExecutionCancelledError();
      yield piece;
    }
  }

  private async run({ sql, values, caller }: Statement, signal: AbortSignal): Promise<HeldResult> {
    const profile = this.client.profiles.of(sql);
    const source = {
      sql,
      arguments: new SqlArguments(values),
      caller,
      isGuarded: false,
      profile,
      isPassing: true,
    };
    const work = (session: PooledSession): Promise<HeldResult> =>
      withinTime(session, this.timeoutMs, signal, (within) =>
        runSource(session, source, { rowLimit: 0, signal: within }, heldResult),
      );
    try {
      return await this.client.measure(profile, signal, work, this.#kept);
    } catch (error) {
      throw signal.aborted ? new ExecutionCancelledError() : failureOf(error, '');
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

async function held(session: PooledSession, native: duckdb.Result): Promise<HeldResult> {
  // an earlier statement of the session may have set the zone
  if (session.isDirty) await session.refreshZone();
  return { native, offsetAt: session.offsetAt };
}
