import type { JsonObject } from '../../../common/domain/json.js';
import { withoutSqlLiterals } from '../../../common/domain/sql-literals.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { ExtractedSource } from './extracted-source.js';
import type { PreparedStatement } from './prepared-statement.js';
import { refuseOtherThanReading } from './read-only-guard.js';
import { BEGIN, executed, inTransaction, readAll, readRows, type RunBounds } from './result-reading.js';
import type { Session } from './session.js';
import type { SqlArguments } from './sql-arguments.js';
import type { StatementProfile } from './statement-profile.js';
import { nobody, type CallerFacts } from './user-functions.js';

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
  // first, because taking IMPORT DATABASE apart reads the files that it names
  await refuseOtherThanReading(session, source.sql);
  const extracted = await ExtractedSource.of(session, source.sql);
  if (extracted.count === 0) throw new ExecutionFailedError('No SQL query found');
  return runOnce(session, source, bounds);
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
    return inTransaction(session, BEGIN, 'COMMIT', work);
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
      const result = await executed(session, statement);
      if (isLast) rows = await readAll(session, result, bounds);
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
