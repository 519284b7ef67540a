import duckdb from '@duckdb/node-bindings';
import type { JsonObject } from '../../../common/domain/json.js';
import { OutputTooLargeError } from '../../../common/errors/endpoint-errors.js';
import { isPlain, type PreparedStatement } from './prepared-statement.js';
import { RowReader } from './row-reader.js';
import type { PooledSession } from './pooled-session.js';
import type { StatementProfile } from './statement-profile.js';

export interface RunBounds {
  /** 0 for none. */
  readonly rowLimit: number;
  readonly signal: AbortSignal;
}

/** Begins a transaction that may write. */
export const BEGIN = 'BEGIN TRANSACTION';
const BEGIN_READING = 'BEGIN TRANSACTION READ ONLY';
/** Results up to this size are fetched whole, which is quicker; one chunk of DuckDB's. */
const SMALL_ROWS = 2048;

/** How a single statement is to be run. */
interface Reading {
  /** True when it must run in a transaction that only reads. */
  readonly isGuarded: boolean;
  /** Null when nothing is known of the statement, nor to be learnt. */
  readonly profile: StatementProfile | null;
}

/** Runs a bound statement that stands alone and reads its rows. */
export async function readRows(
  session: PooledSession,
  statement: PreparedStatement,
  reading: Reading,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  const { profile, isGuarded } = reading;
  try {
    const rows =
      (await readInPieces(session, statement, reading, bounds)) ??
      (isGuarded
        ? await inTransaction(session, BEGIN_READING, 'ROLLBACK', () => readWhole(session, statement, bounds))
        : await readWhole(session, statement, bounds));
    if (profile !== null && profile.isLarge !== true) profile.isLarge = rows.length > SMALL_ROWS;
    return rows;
  } catch (error) {
    if (profile !== null && error instanceof OutputTooLargeError) profile.isLarge = true;
    throw error;
  }
}

/**
 * Reads a result that may be large while it is made. A statement that fails on the way ends its result as if
 * it were complete, without a word; but it also aborts its transaction, and that shows.
 * @returns null when the statement is better run whole: because it gives little, or to learn why it failed
 */
async function readInPieces(
  session: PooledSession,
  statement: PreparedStatement,
  { profile, isGuarded }: Reading,
  bounds: RunBounds,
): Promise<readonly JsonObject[] | null> {
  if (statement.type !== duckdb.StatementType.SELECT || profile?.isLarge === false) return null;
  await session.run(isGuarded ? BEGIN_READING : BEGIN);
  try {
    const rows = await readAll(session, await statement.stream(), bounds);
    const isComplete = await session.answers();
    bounds.signal.throwIfAborted();
    await session.run(isComplete ? 'COMMIT' : 'ROLLBACK');
    return isComplete ? rows : null;
  } catch (error) {
    // an unread rest keeps its transaction open; closing the connection ends both
    session.isDirty = true;
    throw error;
  }
}

async function readWhole(
  session: PooledSession,
  statement: PreparedStatement,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  return readAll(session, await executed(session, statement), bounds);
}

/** Reads a result within the bounds. */
export function readAll(
  session: PooledSession,
  result: duckdb.Result,
  { rowLimit, signal }: RunBounds,
): Promise<readonly JsonObject[]> {
  return new RowReader(result, session.offsetAt, rowLimit).read(signal);
}

/** Runs a bound statement to its end; one that may leave something behind costs its connection. */
export async function executed(session: PooledSession, statement: PreparedStatement): Promise<duckdb.Result> {
  if (isPlain(statement.type)) return statement.execute();
  const { profiles } = session.database;
  session.isDirty = true;
  profiles.catalogChanged();
  try {
    return await statement.execute();
  } finally {
    profiles.catalogChanged();
  }
}

/** Work between two statements. A failure leaves the connection dirty: closing it rolls back. */
export async function inTransaction<T>(
  session: PooledSession,
  begin: string,
  end: string,
  work: () => Promise<T>,
): Promise<T> {
  await session.run(begin);
  try {
    const result = await work();
    await session.run(end);
    return result;
  } catch (error) {
    session.isDirty = true;
    throw error;
  }
}
