import { uniqueNames } from './column-names.js';
import { reasonOf } from './database-file.js';
import { ExtractedSource } from './extracted-source.js';
import { isPlain } from './prepared-statement.js';
import type { PooledSession } from './pooled-session.js';
import { namesIn } from './source-runner.js';
import type { SourceFinding, SourceReport } from './sql-engine.js';

interface Prepared extends SourceReport {
  /** Parameters of all statements, as written. */
  readonly names: readonly string[];
}

/** What DuckDB says of an object that is not there. */
const absence = /\bwith name "?([^"!]+?)"? does not exist/;

/**
 * Prepares a source statement by statement against the live database, executing nothing, and compares its
 * `$names` with the declared parameters, ignoring case (endpoints.md §1.8, B8). A statement that may need an
 * object which an earlier one creates is only parsed; with a warning when the source does not seem to create it.
 */
export async function checkSource(
  session: PooledSession,
  sql: string,
  declared: readonly string[],
): Promise<SourceReport> {
  try {
    const extracted = await ExtractedSource.of(session, sql);
    if (extracted.count === 0) return failed('No SQL query found');
    const { findings, names, renamed } = await prepareAll(extracted, sql);
    const mismatch = mismatchOf(names, declared);
    return { findings: mismatch === null ? findings : [error(mismatch), ...findings], renamed };
  } catch (cause) {
    return failed(`Source code syntax validation failed: ${reasonOf(cause)}`);
  }
}

async function prepareAll(extracted: ExtractedSource, sql: string): Promise<Prepared> {
  const findings: SourceFinding[] = [];
  const names: string[] = [];
  let renamed: readonly string[] = [];
  let mayDepend = false;
  let areAllPrepared = true;
  for (let index = 0; index < extracted.count; index += 1) {
    try {
      const statement = await extracted.prepare(index);
      names.push(...statement.names);
      // the last one's are the result's
      renamed = renamedOf(statement.columns);
      mayDepend ||= !isPlain(statement.type);
      statement.destroy();
    } catch (cause) {
      if (!mayDepend) throw cause;
      areAllPrepared = false;
      const [reason = ''] = reasonOf(cause).split('\n');
      if (creates(sql, absence.exec(reason)?.[1])) continue;
      findings.push({
        message: `Statement ${index + 1} was only parsed, because earlier ones may create what it needs: ${reason}`,
        severity: 'warning',
      });
    }
  }
  return { findings, names: areAllPrepared ? names : [...names, ...namesIn(sql)], renamed };
}

function renamedOf(columns: readonly string[]): readonly string[] {
  return uniqueNames(columns).filter((name, index) => name !== columns[index]);
}

/** Whether a `CREATE` of the source names the object; good enough to leave out a warning. */
function creates(sql: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const created = [...sql.matchAll(/\bCREATE\b(.*?)(?:\bAS\b|[;(]|$)/gis)];
  return created.some(([, head = '']) => head.toLowerCase().split(/\W+/).includes(name.toLowerCase()));
}

/** `missing` is in the SQL only, `extra` is only declared. */
function mismatchOf(used: readonly string[], declared: readonly string[]): string | null {
  const missing = without(used, declared);
  const extra = without(declared, used);
  if (missing.length === 0 && extra.length === 0) return null;
  return `Parameter mismatch: missing=${pythonSet(missing)}, extra=${pythonSet(extra)}`;
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others.map((name) => name.toLowerCase()));
  const rest = new Map<string, string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (!known.has(key) && !rest.has(key)) rest.set(key, name);
  }
  return [...rest.values()].sort();
}

function pythonSet(names: readonly string[]): string {
  return names.length === 0 ? 'set()' : `{${names.map((name) => `'${name}'`).join(', ')}}`;
}

function failed(message: string): SourceReport {
  return { findings: [error(message)], renamed: [] };
}

function error(message: string): SourceFinding {
  return { message, severity: 'error' };
}
