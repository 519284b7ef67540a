import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aConfig } from '../../builders/a-config.js';
import { SqlProject } from '../../builders/a-sql-project.js';

let project: SqlProject;
beforeAll(async () => {
  project = await SqlProject.open();
  await writeFile(join(project.folder, 'x.csv'), 'a\n1\n');
  await project.query('CREATE TABLE t AS SELECT range AS i FROM range(3)');
  await project.query('CREATE VIEW from_file AS SELECT * FROM read_csv($$x.csv$$)');
  await project.query('CREATE MACRO ours(n) AS TABLE SELECT * FROM range(n)');
  await project.query('CREATE SEQUENCE s');
  await project.query('CREATE SCHEMA other; CREATE TABLE other."odd.name" AS SELECT 1 AS a');
});
afterAll(() => project.close());

const asClient = (sql: string, params = {}) => project.query(sql, params, { origin: 'http' });

describe('SQL of MCP clients', () => {
  it.each([
    ['INSERT INTO t VALUES (9)'],
    ['DROP TABLE t'],
    ['CREATE TEMP TABLE x AS SELECT 1'],
    ["ATTACH ':memory:' AS m"],
    ["COPY t TO 'out.csv'"],
    ['SELECT 1; SELECT 2'],
    ['SET threads = 1'],
    ['PRAGMA database_list'],
    ['BEGIN'],
    ['EXPLAIN ANALYZE DELETE FROM t'],
    ['CALL duckdb_settings()'],
    ["SELECT * FROM read_csv('x.csv')"],
    ["SELECT * FROM read_text('/etc/hostname')"],
    ["FROM glob('*')"],
    ["FROM 'x.csv'"],
    ['FROM "x.csv"'],
    ['FROM x.csv'],
    ["DESCRIBE 'x.csv'"],
    ["DESCRIBE FROM 'x.csv'"],
    ["WITH q AS (FROM read_text('x.csv')) SELECT * FROM q"],
    ["SELECT (SELECT content FROM read_text('x.csv'))"],
    ["SELECT * FROM t WHERE EXISTS (FROM read_blob('x.csv'))"],
    ["SELECT 1 UNION ALL SELECT a FROM 'x.csv'"],
    ["FROM query('FROM read_csv($$x.csv$$)')"],
    ["FROM query_table('x.csv')"],
    ['FROM duckdb_settings()'],
    ['FROM duckdb_secrets()'],
    ['FROM json_execute_serialized_sql(json_serialize_sql($$FROM read_text("x.csv")$$))'],
    ['FROM checkpoint()'],
    ["IMPORT DATABASE 'dump'"],
    ["PRAGMA import_database('dump')"],
    ['WITH "x.csv" AS (SELECT 1) FROM "x.csv"'],
  ])('is refused: %s', async (sql) => {
    await expect(asClient(sql)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: expect.stringMatching(/^Failed to execute SQL: .*sql_tools\.readonly: false/s) as string,
    });
  });

  it.each([
    ['SELECT count(*) AS n FROM t', [{ n: 3 }]],
    ['WITH q AS (SELECT max(i) AS m FROM t) SELECT m FROM q', [{ m: 2 }]],
    ['SELECT a FROM from_file', [{ a: 1 }]],
    ['FROM ours(1)', [{ range: 0 }]],
    ['FROM range(1)', [{ range: 0 }]],
    ['SELECT unnest([7]) AS u', [{ u: 7 }]],
    ['SELECT a FROM other."odd.name"', [{ a: 1 }]],
    ['SELECT count(*) > 0 AS y FROM information_schema.tables', [{ y: true }]],
    ['VALUES (1)', [{ col0: 1 }]],
  ])('may read: %s', async (sql, rows) => {
    expect(await asClient(sql)).toEqual(rows);
  });

  it('may describe, show and use values', async () => {
    expect(await asClient('DESCRIBE t')).toMatchObject([{ column_name: 'i' }]);
    expect(await asClient('SHOW TABLES')).toContainEqual({ name: 't' });
    expect(await asClient('SELECT i FROM t WHERE i = $x', { x: 2 })).toEqual([{ i: 2 }]);
  });

  it('cannot write by a function either', async () => {
    await expect(asClient("SELECT nextval('s')")).rejects.toThrow('read-only mode');
  });

  it('hears of its mistakes from DuckDB', async () => {
    await expect(asClient('SELEC 1')).rejects.toThrow('Failed to execute SQL: Parser Error');
    await expect(asClient('SELECT * FROM nowhere')).rejects.toThrow('Catalog Error');
    await expect(asClient('-- nothing')).rejects.toThrow('No SQL query found');
    expect(await asClient('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
  });

  it('may do anything where the site says so, and so may the command line', async () => {
    const open = await SqlProject.open({
      config: { sqlTools: { ...aConfig().sqlTools, readonly: false } },
    });

    await open.query('CREATE TABLE w (i INTEGER)', {}, { origin: 'http' });
    expect(await open.query('INSERT INTO w VALUES (1)', {}, { origin: 'stdio' })).toEqual([{ Count: 1 }]);
    expect(await project.query("SELECT a FROM 'x.csv'", {}, { origin: 'cli' })).toEqual([{ a: 1 }]);

    await open.close();
  });
});
