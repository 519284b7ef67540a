import type duckdb from '@duckdb/node-bindings';
import { withoutSqlLiterals } from '../../../common/domain/sql-literals.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { ExtractedSource } from './extracted-source.js';
import type { PreparedStatement } from './prepared-statement.js';
import { refuseOtherThanReading } from './read-only-guard.js';
import { BEGIN, executed, inTransaction, type RunBounds } from './result-reading.js';
import type { PooledSession } from './pooled-session.js';
import type { SqlArguments } from './sql-arguments.js';
import type { SqlCaller } from './sql-engine.js';
import type { StatementProfile } from './statement-profile.js';

/** SQL of one call and what it runs with. */
export interface SqlSource {
  readonly sql: string;
  readonly arguments: SqlArguments;
  readonly caller: SqlCaller;
  /** True for SQL that the caller wrote and that may only read. */
  readonly isGuarded: boolean;
  /** What is known of SQL that code runs again; null for SQL that the caller wrote, which is learnt nothing from. */
  readonly profile: StatementProfile | null;
  /** True for SQL that code may write anew for each call: it is kept prepared from its second run on. */
  readonly isPassing: boolean;
}

/** What becomes of the result that a source answers with. */
export interface ResultUse<T> {
  /** Runs a bound statement that stands alone. */
  alone(
    session: PooledSession,
    statement: PreparedStatement,
    source: SqlSource,
    bounds: RunBounds,
  ): Promise<T>;
  /** Takes the result of the last of several statements. */
  last(session: PooledSession, result: duckdb.Result, bounds: RunBounds): Promise<T>;
}

const transactionStart = /(?:^|;)\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT)\b/i;
const parameterName = /\$(\w+)/g;

/** The `$names` of a text, as written, without those in literals and comments. */
export function namesIn(sql: string): readonly string[] {
  return [...withoutSqlLiterals(sql).sql.matchAll(parameterName)].map(([, name = '']) => name);
}

/** Runs a source on a connection; the result of its last statement counts (endpoints.md §3.3). */
export async function runSource<T>(
  session: PooledSession,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  if (source.isGuarded) return runGuarded(session, source, bounds, use);
  const { profile } = source;
  const isKnown = profile?.isSingle === true;
  if (!isKnown) {
    const extracted = await ExtractedSource.of(session, source.sql);
    if (extracted.count === 0) throw new ExecutionFailedError('No SQL query found');
    if (extracted.count > 1) return runSeveral(session, extracted, source, bounds, use);
    if (profile !== null) profile.isSingle = true;
  }
  // what a session left behind on its connection may change what the statement means
  const mayKeep = profile !== null && !session.isDirty && (isKnown || !source.isPassing);
  if (mayKeep && (await session.database.profiles.isReusable(source.sql, profile))) {
    await session.setNobody();
    return runOne(session, await session.keptStatement(source.sql), source, bounds, use);
  }
  return runOnce(session, source, bounds, use);
}

async function runGuarded<T>(
  session: PooledSession,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  // first, because taking IMPORT DATABASE apart reads the files that it names
  await refuseOtherThanReading(session, source.sql);
  const extracted = await ExtractedSource.of(session, source.sql);
  if (extracted.count === 0) throw new ExecutionFailedError('No SQL query found');
  return runOnce(session, source, bounds, use);
}

async function runSeveral<T>(
  session: PooledSession,
  extracted: ExtractedSource,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  source.arguments.refuseExcess(namesIn(source.sql));
  await session.setCaller(source.caller);
  const work = (): Promise<T> => runInOrder(session, extracted, source, bounds, use);
  // a dirty connection may be in a transaction of its session's
  if (session.isDirty) return work();
  if (!transactionStart.test(withoutSqlLiterals(source.sql).sql)) {
    return inTransaction(session, BEGIN, 'COMMIT', work);
  }
  session.isDirty = true;
  return work();
}

async function runInOrder<T>(
  session: PooledSession,
  extracted: ExtractedSource,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  const last = extracted.count - 1;
  for (let index = 0; index < last; index += 1) {
    await runExtracted(session, extracted, index, source, bounds);
  }
  if (session.isDirty) await session.refreshZone();
  return use.last(session, await runExtracted(session, extracted, last, source, bounds), bounds);
}

async function runExtracted(
  session: PooledSession,
  extracted: ExtractedSource,
  index: number,
  source: SqlSource,
  { signal }: RunBounds,
): Promise<duckdb.Result> {
  signal.throwIfAborted();
  const statement = await extracted.prepare(index);
  try {
    source.arguments.bind(statement);
    return await executed(session, statement);
  } finally {
    statement.destroy();
  }
}

async function runOnce<T>(
  session: PooledSession,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  await session.setCaller(source.caller);
  const statement = await session.prepare(source.sql);
  try {
    return await runOne(session, statement, source, bounds, use);
  } finally {
    statement.destroy();
  }
}

function runOne<T>(
  session: PooledSession,
  statement: PreparedStatement,
  source: SqlSource,
  bounds: RunBounds,
  use: ResultUse<T>,
): Promise<T> {
  bounds.signal.throwIfAborted();
  source.arguments.bind(statement);
  source.arguments.refuseExcess(statement.names);
  return use.alone(session, statement, source, bounds);
}
