import type { SqlToolName, SqlToolsConfig } from '../../../common/domain/app-config.js';
import type { Annotations, Endpoint, Source } from '../../../common/domain/endpoint.js';
import { jsonKind, type JsonObject } from '../../../common/domain/json.js';
import type { Parameter, TypeNode } from '../../../common/domain/type-node.js';
import { InputInvalidError } from '../../../common/errors/endpoint-errors.js';
import { compileInput } from '../schema/compile-input.js';
import { compileOutput } from '../schema/compile-output.js';

interface SqlTool {
  readonly name: SqlToolName;
  readonly description: string;
  readonly annotations: Annotations;
  readonly source: Source;
  readonly parameters: readonly Parameter[];
  readonly returns: TypeNode;
}

const tablesSql = `SELECT table_name AS name, table_type AS type
FROM information_schema.tables
WHERE table_schema = 'main'
ORDER BY table_name, table_catalog`;

const columnsSql = `SELECT column_name AS name, data_type AS type, is_nullable AS nullable
FROM information_schema.columns
WHERE table_name = $table_name
ORDER BY ordinal_position, table_catalog, table_schema`;

/**
 * The three SQL tools as ordinary endpoints (endpoints.md §4.7), in listing order. `execute_sql_query` runs
 * the SQL that it is given; the executor keeps it read-only for MCP clients.
 */
export function sqlTools(config: SqlToolsConfig): readonly Endpoint[] {
  return [executeSqlQuery(config.readonly), listTables(), getTableSchema()].map((tool) =>
    build(tool, config),
  );
}

function executeSqlQuery(isReadonly: boolean): SqlTool {
  return {
    name: 'execute_sql_query',
    description:
      'Execute a SQL query against the DuckDB database and return the results as a list of records',
    annotations: {
      title: 'SQL Query Executor',
      readOnlyHint: isReadonly,
      destructiveHint: !isReadonly,
      idempotentHint: isReadonly,
      openWorldHint: false,
    },
    source: { kind: 'argument', sql: 'sql', values: 'params' },
    parameters: [
      { name: 'sql', ...type('string'), description: 'SQL to execute' },
      { name: 'params', ...type('object'), description: 'Values for $name in the SQL', default: {} },
    ],
    returns: rowsOf(type('object')),
  };
}

function listTables(): SqlTool {
  return {
    name: 'list_tables',
    description: 'List all tables in the DuckDB database',
    annotations: { title: 'Database Table Lister', ...readOnly },
    source: { kind: 'inline', code: tablesSql },
    parameters: [],
    returns: rowsOf(record(['name', 'type'])),
  };
}

function getTableSchema(): SqlTool {
  return {
    name: 'get_table_schema',
    description: 'Get the schema for a specific table in the DuckDB database',
    annotations: { title: 'Table Schema Inspector', ...readOnly },
    source: { kind: 'inline', code: columnsSql },
    parameters: [{ name: 'table_name', ...type('string'), description: 'Name of the table' }],
    returns: rowsOf(record(['name', 'type', 'nullable'])),
  };
}

const readOnly: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

function build(tool: SqlTool, config: SqlToolsConfig): Endpoint {
  const input = compileInput(tool.parameters);
  const output = compileOutput(tool.returns, config.policies, 'tool');
  return Object.freeze({
    kind: 'tool',
    id: tool.name,
    name: tool.name,
    title: tool.annotations.title ?? null,
    description: config.descriptions[tool.name] ?? tool.description,
    tags: [],
    icons: [],
    annotations: tool.annotations,
    file: null,
    language: 'sql',
    source: tool.source,
    parameters: tool.parameters,
    returns: tool.returns,
    mimeType: null,
    policies: config.policies,
    limits: { rows: null, bytes: null, timeoutMs: null },
    cache: { ttlS: null, key: null, perUser: true },
    tests: [],
    inputSchema: input.schema,
    outputSchema: output.schema,
    parseInput(given, unknownArguments) {
      refuseOtherThanText(tool, given);
      return input.parse(given, unknownArguments);
    },
    parseOutput: output.parse.bind(output),
  } satisfies Endpoint);
}

/** SQL must be text as it stands: a number or null made into text would run as something nobody wrote. */
function refuseOtherThanText({ source }: SqlTool, given: JsonObject): void {
  if (source.kind !== 'argument') return;
  const sql = given[source.sql];
  if (sql === undefined || typeof sql === 'string') return;
  throw new InputInvalidError([
    {
      path: [source.sql],
      phrase: 'Input should be a valid string',
      message: `Error validating parameter '${source.sql}': Expected string, got ${jsonKind(sql)}`,
    },
  ]);
}

function type(name: 'string' | 'object') {
  return { type: name, sensitive: false, additionalProperties: true } as const;
}

function record(columns: readonly string[]): TypeNode {
  return {
    ...type('object'),
    properties: Object.fromEntries(columns.map((column) => [column, type('string')])),
  };
}

function rowsOf(items: TypeNode): TypeNode {
  return { type: 'array', items, sensitive: false, additionalProperties: true };
}
