import duckdb from '@duckdb/node-bindings';
import type { JsonObject } from '../../../common/domain/json.js';
import { withoutSqlLiterals } from '../../../common/domain/sql-literals.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { ExtractedSource } from './extracted-source.js';
import { isPlain, type PreparedStatement } from './prepared-statement.js';
import { refuseOtherThanReading } from './read-only-guard.js';
import { RowReader } from './row-reader.js';
import type { Session } from './session.js';
import type { SqlArguments } from './sql-arguments.js';
import type { StatementProfile } from './statement-profile.js';
import type { CallerFacts } from './user-functions.js';
import { nobody } from './user-functions.js';

/** SQL of one call and what it runs with. */
export interface SqlSource {
  readonly sql: string;
  readonly arguments: SqlArguments;
  readonly caller: CallerFacts;
  /** True for SQL that the caller wrote and that may only read. */
  readonly isGuarded: boolean;
  /** What is known of an endpoint's own SQL; null for SQL that the caller wrote, which is learnt nothing from. */
  readonly profile: StatementProfile | null;
}

export interface RunBounds {
  /** 0 for none. */
  readonly rowLimit: number;
  readonly signal: AbortSignal;
}

/** Results up to this size are fetched whole, which is quicker; one chunk of DuckDB's. */
const SMALL_ROWS = 2048;

const transactionStart = /(?:^|;)\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT)\b/i;
const parameterName = /\$(\w+)/g;

/** The `$names` of a text, as written, without those in literals and comments. */
export function namesIn(sql: string): readonly string[] {
  return [...withoutSqlLiterals(sql).sql.matchAll(parameterName)].map(([, name = '']) => name);
}

/** Runs a source on a connection and answers with the rows of its last statement (endpoints.md §3.3). */
export async function runSource(
  session: Session,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  if (source.isGuarded) return runGuarded(session, source, bounds);
  const { profile } = source;
  if (profile?.isSingle !== true) {
    const extracted = await ExtractedSource.of(session, source.sql);
    if (extracted.count === 0) throw new ExecutionFailedError('No SQL query found');
    if (extracted.count > 1) return runSeveral(session, extracted, source, bounds);
    if (profile !== null) profile.isSingle = true;
  }
  if (profile !== null && (await session.database.profiles.isReusable(source.sql, profile))) {
    await session.setCaller(nobody);
    return runOne(session, await session.keptStatement(source.sql), source, bounds);
  }
  return runOnce(session, source, bounds);
}

async function runGuarded(
  session: Session,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  const extracted = await ExtractedSource.of(session, source.sql);
  if (extracted.count === 0) throw new ExecutionFailedError('No SQL query found');
  await refuseOtherThanReading(session, source.sql);
  return inTransaction(session, 'BEGIN TRANSACTION READ ONLY', 'ROLLBACK', () =>
    runOnce(session, source, bounds),
  );
}

async function runSeveral(
  session: Session,
  extracted: ExtractedSource,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  source.arguments.refuseExcess(namesIn(source.sql));
  await session.setCaller(source.caller);
  const work = (): Promise<readonly JsonObject[]> => runInOrder(session, extracted, source, bounds);
  if (!transactionStart.test(withoutSqlLiterals(source.sql).sql)) {
    return inTransaction(session, 'BEGIN TRANSACTION', 'COMMIT', work);
  }
  session.isDirty = true;
  return work();
}

async function runInOrder(
  session: Session,
  extracted: ExtractedSource,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  let rows: readonly JsonObject[] = [];
  for (let index = 0; index < extracted.count; index += 1) {
    bounds.signal.throwIfAborted();
    const isLast = index === extracted.count - 1;
    if (isLast && session.isDirty) await session.refreshZone();
    const statement = await extracted.prepare(index);
    try {
      source.arguments.bind(statement);
      if (isLast) rows = await readRows(session, statement, source, bounds);
      else await executed(session, statement, false);
    } finally {
      statement.destroy();
    }
  }
  return rows;
}

async function runOnce(
  session: Session,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  await session.setCaller(source.caller);
  const statement = await session.prepare(source.sql);
  try {
    return await runOne(session, statement, source, bounds);
  } finally {
    statement.destroy();
  }
}

function runOne(
  session: Session,
  statement: PreparedStatement,
  source: SqlSource,
  bounds: RunBounds,
): Promise<readonly JsonObject[]> {
  bounds.signal.throwIfAborted();
  source.arguments.bind(statement);
  source.arguments.refuseExcess(statement.names);
  return readRows(session, statement, source, bounds);
}

async function readRows(
  session: Session,
  statement: PreparedStatement,
  { profile }: SqlSource,
  { rowLimit, signal }: RunBounds,
): Promise<readonly JsonObject[]> {
  const inPieces = statement.type === duckdb.StatementType.SELECT && profile?.isLarge !== false;
  const result = await executed(session, statement, inPieces);
  try {
    const rows = await new RowReader(result, session.offsetAt, rowLimit).read(signal);
    if (profile !== null && profile.isLarge !== true) profile.isLarge = rows.length > SMALL_ROWS;
    return rows;
  } catch (error) {
    // an unread rest would keep its transaction open
    session.isDirty = true;
    if (profile !== null) profile.isLarge = true;
    throw error;
  }
}

async function executed(
  session: Session,
  statement: PreparedStatement,
  inPieces: boolean,
): Promise<duckdb.Result> {
  if (inPieces) return statement.stream();
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

/** A failure leaves the connection dirty: closing it rolls back. */
async function inTransaction<T>(
  session: Session,
  begin: string,
  end: string,
  work: () => Promise<T>,
): Promise<T> {
  await (await session.keptStatement(begin)).execute();
  try {
    const result = await work();
    await session.run(end);
    return result;
  } catch (error) {
    session.isDirty = true;
    throw error;
  }
}
