import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { PooledSession } from './pooled-session.js';
import { fileReaders, readingFunctions } from './reading-functions.js';

const serializeSql = 'SELECT json_serialize_sql($1::VARCHAR)';
const macrosSql = `SELECT DISTINCT lower(function_name) FROM duckdb_functions()
WHERE function_type = 'table_macro' AND NOT internal AND lower(function_name) = $1`;
const relationsSql = `SELECT 1 FROM (
  SELECT database_name AS d, schema_name AS s, table_name AS t FROM duckdb_tables()
  UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views())
WHERE lower(t) = lower($1) AND ($2 = '' OR lower($2) IN (lower(d), lower(s))) AND ($3 = '' OR lower(d) = lower($3))
LIMIT 1`;

/** Names that no reader of files takes for a file: without extension, folder or pattern. */
const plainName = /^[\p{L}\p{N}_$ ]+$/u;

/** What one statement refers to. */
interface References {
  readonly functions: Set<string>;
  readonly relations: Relation[];
}

interface Relation {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * Lets through one SELECT over what the database holds, and refuses the rest (endpoints.md §4.7): writes,
 * ATTACH, COPY, several statements, and files or other databases named in the statement itself. Views and
 * macros of the project may read files. What cannot be parsed passes: DuckDB itself will refuse it.
 * @throws ExecutionFailedError naming `sql_tools.readonly`
 */
export async function refuseOtherThanReading(session: PooledSession, sql: string): Promise<void> {
  const tree: unknown = JSON.parse((await firstText(session, serializeSql, [sql])) ?? 'null');
  if (!isRecord(tree)) throw refusal('the statement cannot be examined');
  if (tree['error'] === true) {
    if (tree['error_type'] === 'parser') return;
    throw refusal('only SELECT statements may run');
  }
  const statements: unknown = tree['statements'];
  if (Array.isArray(statements) && statements.length > 1)
    throw refusal('only one statement may run at a time');
  const references: References = { functions: new Set(), relations: [] };
  collect(statements, references);
  for (const name of references.functions) await checkFunction(session, name);
  for (const relation of references.relations) await checkRelation(session, relation);
}

function collect(node: unknown, found: References): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
    return;
  }
  if (!isRecord(node)) return;
  if (node['type'] === 'TABLE_FUNCTION') {
    const called: unknown = node['function'];
    // an unreadable call is looked up under a name that nothing has, and refused
    found.functions.add(isRecord(called) ? textOf(called['function_name']).toLowerCase() : '');
  }
  if (node['type'] === 'BASE_TABLE') {
    found.relations.push({
      catalog: textOf(node['catalog_name']),
      schema: textOf(node['schema_name']),
      table: textOf(node['table_name']),
    });
  }
  if (node['type'] === 'SHOW_REF') {
    const table = textOf(node['table_name']).replace(/^"(.*)"$/s, '$1');
    if (table !== '') found.relations.push({ catalog: '', schema: '', table });
  }
  for (const member of Object.values(node)) collect(member, found);
}

async function checkFunction(session: PooledSession, name: string): Promise<void> {
  if (readingFunctions.has(name) || (await firstText(session, macrosSql, [name])) !== null) return;
  throw refusal(fileReaders.test(name) ? `${name}() reads files` : `${name}() is not allowed`);
}

async function checkRelation(session: PooledSession, { catalog, schema, table }: Relation): Promise<void> {
  if (catalog === '' && schema === '' && plainName.test(table)) return;
  if ((await firstText(session, relationsSql, [table, schema, catalog])) !== null) return;
  const name = [catalog, schema, table].filter((part) => part !== '').join('.');
  throw refusal(`'${name}' is no table or view of the database`);
}

function refusal(reason: string): ExecutionFailedError {
  return new ExecutionFailedError(
    `Failed to execute SQL: ${reason}. This tool only reads; ` +
      'the site setting sql_tools.readonly: false lifts that.',
  );
}

/** The first column of the first row as text; null when there is no row. */
async function firstText(
  session: PooledSession,
  sql: string,
  values: readonly string[],
): Promise<string | null> {
  const statement = await session.ownStatement(sql);
  for (const [index, value] of values.entries()) duckdb.bind_varchar(statement.native, index + 1, value);
  const result = await statement.execute();
  if (duckdb.result_chunk_count(result) === 0) return null;
  const [value] = new DuckDBDataChunk(duckdb.result_get_chunk(result, 0)).getColumnValues(0);
  return value === undefined || value === null ? null : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
