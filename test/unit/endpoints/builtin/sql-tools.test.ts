import { describe, expect, it } from 'vitest';
import type { SqlToolsConfig } from '../../../../src/common/domain/app-config.js';
import type { Endpoint } from '../../../../src/common/domain/endpoint.js';
import { valueOutput } from '../../../../src/common/domain/output.js';
import { InputInvalidError } from '../../../../src/common/errors/endpoint-errors.js';
import { sqlTools } from '../../../../src/modules/endpoints/builtin/sql-tools.js';

const defaults: SqlToolsConfig = { enabled: true, readonly: true, descriptions: {}, policies: null };

function theTool(id: string, config: Partial<SqlToolsConfig> = {}): Endpoint {
  const found = sqlTools({ ...defaults, ...config }).find((tool) => tool.id === id);
  if (found === undefined) throw new TypeError(id);
  return found;
}

describe('sqlTools', () => {
  it('come in listing order, as SQL endpoints without a file', () => {
    expect(
      sqlTools(defaults).map(({ kind, id, name, language, file }) => [kind, id, name, language, file]),
    ).toEqual(
      ['execute_sql_query', 'list_tables', 'get_table_schema'].map((id) => ['tool', id, id, 'sql', null]),
    );
  });

  it.each([
    [
      'execute_sql_query',
      'Execute a SQL query against the DuckDB database and return the results as a list of records',
    ],
    ['list_tables', 'List all tables in the DuckDB database'],
    ['get_table_schema', 'Get the schema for a specific table in the DuckDB database'],
  ] as const)('%s is described as existing projects know it, or as the site file says', (id, description) => {
    expect(theTool(id).description).toBe(description);
    expect(theTool(id, { descriptions: { [id]: 'Ours' } }).description).toBe('Ours');
  });

  it.each([
    ['list_tables', 'Database Table Lister'],
    ['get_table_schema', 'Table Schema Inspector'],
  ])('%s only reads', (id, title) => {
    expect(theTool(id).annotations).toEqual({
      title,
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
  });

  it('says whether execute_sql_query may write', () => {
    const title = 'SQL Query Executor';
    expect(theTool('execute_sql_query', { readonly: false }).annotations).toEqual({
      title,
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: false,
    });
    expect(theTool('execute_sql_query').annotations).toMatchObject({
      readOnlyHint: true,
      destructiveHint: false,
    });
  });

  it('takes SQL and optional values for it', () => {
    const tool = theTool('execute_sql_query');
    expect(tool.source).toEqual({ kind: 'argument', sql: 'sql', values: 'params' });
    expect(tool.inputSchema).toMatchObject({
      required: ['sql'],
      properties: { sql: { type: 'string' }, params: { type: 'object', default: {} } },
    });
    expect(tool.parseInput({ sql: 'SELECT 1' }, 'drop')).toEqual({ sql: 'SELECT 1', params: {} });
    expect(tool.parseInput({ sql: 'SELECT $a', params: { a: 1 } }, 'drop')).toEqual({
      sql: 'SELECT $a',
      params: { a: 1 },
    });
  });

  it.each([[5], [null], [true], [['SELECT 1']]])('does not make SQL of %j', (sql) => {
    let thrown: unknown;
    try {
      theTool('execute_sql_query').parseInput({ sql }, 'drop');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputInvalidError);
    expect(thrown).toMatchObject({
      problems: [{ path: ['sql'], phrase: 'Input should be a valid string' }],
    });
  });

  it('keeps SQL that looks like JSON as it is', () => {
    expect(theTool('execute_sql_query').parseInput({ sql: '[1]' }, 'drop')).toMatchObject({ sql: '[1]' });
  });

  it('needs the SQL and the table name', () => {
    expect(() => theTool('execute_sql_query').parseInput({}, 'drop')).toThrow(
      'Required parameter missing: sql',
    );
    expect(() => theTool('get_table_schema').parseInput({}, 'drop')).toThrow(
      'Required parameter missing: table_name',
    );
  });

  it('answers lists, empty ones too', () => {
    for (const tool of sqlTools(defaults)) {
      expect(tool.outputSchema).toMatchObject({
        type: 'object',
        properties: { result: { items: { type: expect.arrayContaining(['object']) as unknown } } },
        required: ['result'],
      });
      expect(tool.parseOutput(valueOutput([]), true)).toEqual(valueOutput([]));
    }
    const rows = [{ name: 'id', type: 'INTEGER', nullable: 'NO' }];
    expect(theTool('get_table_schema').parseOutput(valueOutput(rows), true)).toEqual(valueOutput(rows));
  });

  it('carries the policies of the site file', () => {
    const policies = {
      input: [{ condition: 'true', action: 'deny', reason: 'closed', fields: [] }],
      output: [],
    } as const;
    expect(sqlTools({ ...defaults, policies }).map((tool) => tool.policies)).toEqual([
      policies,
      policies,
      policies,
    ]);
  });
});
