import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aNode, aParameter } from '../../builders/a-type-node.js';
import { anSqlEndpoint, SqlProject } from '../../builders/a-sql-project.js';

let project: SqlProject;
beforeEach(async () => {
  project = await SqlProject.open();
});
afterEach(() => project.close());

const noLimits = { rows: null, bytes: null, timeoutMs: null };

describe('rows of a source', () => {
  it('are the counts of statements that change rows', async () => {
    expect(await project.run('CREATE TABLE t AS SELECT range AS i FROM range(3)')).toEqual([{ Count: 3 }]);
    expect(await project.run('INSERT INTO t VALUES (7), (8)')).toEqual([{ Count: 2 }]);
    expect(await project.run('UPDATE t SET i = 1 WHERE i > 1')).toEqual([{ Count: 3 }]);
    expect(await project.run(`COPY t TO '${join(project.folder, 't.csv')}'`)).toEqual([{ Count: 5 }]);
    expect(await project.run('DELETE FROM t')).toEqual([{ Count: 5 }]);
  });

  it('are empty for definitions and queries without rows', async () => {
    expect(await project.run('CREATE TABLE t (i INTEGER)')).toEqual([]);
    expect(await project.run('SELECT * FROM t')).toEqual([]);
  });

  it('are those that RETURNING gives', async () => {
    await project.run('CREATE TABLE t (i INTEGER)');

    expect(await project.run('INSERT INTO t VALUES (1) RETURNING i')).toEqual([{ i: 1 }]);
  });

  it.each(['', '  ', '-- nothing', ';'])('do not exist for %j', async (sql) => {
    await expect(project.run(sql)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'No SQL query found',
    });
  });

  it('come with DuckDB’s own words when they fail', async () => {
    await expect(project.run('SELECT * FROM nowhere')).rejects.toThrow(
      /^Failed to execute SQL: Catalog Error: Table with name nowhere does not exist!/,
    );
    await expect(project.run('SELEC 1')).rejects.toThrow(
      /^Failed to execute SQL: Parser Error: syntax error/,
    );
    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
  });

  it('fail whole when one of many fails late', async () => {
    const late = "SELECT CASE WHEN i = 90000 THEN error('boom') ELSE i END AS i FROM range(100000) r(i)";

    await expect(project.run(late)).rejects.toThrow('Failed to execute SQL: Invalid Input Error: boom');
    await expect(project.query(late)).rejects.toThrow('Failed to execute SQL: Invalid Input Error: boom');
    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
  });

  it('stay complete and in order when there are many', async () => {
    const endpoint = anSqlEndpoint('SELECT i FROM range(20000) r(i) ORDER BY i');

    for (let run = 0; run < 2; run += 1) {
      const rows = (await project.rows(endpoint)) as { i: number }[];
      expect(rows).toHaveLength(20000);
      expect(rows[19999]).toEqual({ i: 19999 });
    }
  });
});

describe('an integer beyond HUGEINT', () => {
  it.each([['170141183460469231731687303715884105728'], ['1' + '0'.repeat(400)]])(
    'is refused, not rounded: %.45s',
    async (digits) => {
      const endpoint = anSqlEndpoint('SELECT $a AS a', [aParameter('a', 'integer')]);

      await expect(project.rows(endpoint, { a: BigInt(digits) })).rejects.toThrow(
        'beyond the range of HUGEINT',
      );
    },
  );
});

describe('several statements', () => {
  it('answer with the last, each binding its own names in any case', async () => {
    const endpoint = anSqlEndpoint(
      'CREATE TEMP TABLE t AS SELECT $A AS a; INSERT INTO t VALUES ($b); SELECT sum(a) AS s FROM t',
      [aParameter('a', 'integer'), aParameter('B', 'integer')],
    );

    expect(await project.rows(endpoint, { a: 1, B: 2 })).toEqual([{ s: 3 }]);
  });

  it('undo everything when one fails', async () => {
    await project.run('CREATE TABLE t (i INTEGER)');

    await expect(project.run("INSERT INTO t VALUES (1); SELECT error('no')")).rejects.toThrow('no');

    expect(await project.run('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
  });

  it('manage their own transaction when they say so', async () => {
    await project.run('CREATE TABLE t (i INTEGER)');

    await expect(project.run("BEGIN; INSERT INTO t VALUES (1); COMMIT; SELECT error('no')")).rejects.toThrow(
      'no',
    );

    expect(await project.run('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }]);
  });

  it('pivot, although DuckDB makes two statements of it', async () => {
    const sql = "PIVOT (VALUES ('x', 1), ('y', 2)) t(k, v) ON k USING sum(v)";

    expect(await project.run(sql)).toEqual([{ x: 1, y: 2 }]);
    expect(await project.run(sql)).toEqual([{ x: 1, y: 2 }]);
  });

  it('refuse a value that no statement uses', async () => {
    await expect(project.query('SELECT 1; SELECT $a', { a: 1, b: 2 })).rejects.toThrow(
      'Parameter argument/count mismatch, identifiers of the excess parameters: b',
    );
  });
});

describe('a connection', () => {
  it.each([
    ['CREATE TEMP TABLE leak AS SELECT 1', 'SELECT * FROM leak'],
    ['CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1; USE other', 'SELECT * FROM t'],
    ['BEGIN; CREATE TABLE half (i INTEGER)', 'SELECT * FROM half'],
  ])('leaves nothing of %j to the next call', async (first, second) => {
    await project.query(first);

    await expect(project.query(second)).rejects.toThrow('does not exist');
  });

  it('does not keep a session variable', async () => {
    await project.query('SET VARIABLE secret = 42');

    expect(await project.query("SELECT getvariable('secret') AS v")).toEqual([{ v: null }]);
  });
});

describe('arguments', () => {
  const typed = (type: string) => `SELECT $v::VARCHAR AS v, typeof($v) AS t -- ${type}`;

  it.each([
    ['date', '2024-01-31', 'DATE', '2024-01-31'],
    ['time', '10:05:00', 'TIME', '10:05:00'],
    ['date-time', '2024-01-31T10:05:00', 'TIMESTAMP', '2024-01-31 10:05:00'],
    [
      'date-time',
      '2024-01-31T10:05:00.250000+02:00',
      'TIMESTAMP WITH TIME ZONE',
      '2024-01-31 08:05:00.25+00',
    ],
    ['timestamp', '2024-01-31T10:05:00', 'TIMESTAMP', '2024-01-31 10:05:00'],
    ['email', 'a@b.c', 'VARCHAR', 'a@b.c'],
  ] as const)('with format %s are bound as what it says', async (format, value, type, text) => {
    const endpoint = anSqlEndpoint(typed(format), [aParameter('v', 'string', { format })]);

    expect(await project.rows(endpoint, { v: value })).toEqual([{ t: type, v: text }]);
  });

  it.each([
    [1, 'INTEGER'],
    [2 ** 40, 'BIGINT'],
    [2n ** 63n, 'UBIGINT'],
    [2n ** 100n, 'HUGEINT'],
    [1.5, 'DOUBLE'],
    [true, 'BOOLEAN'],
    ['x', 'VARCHAR'],
    [null, '"NULL"'],
    [[1, 2 ** 40], 'BIGINT[]'],
    [[-1, 2n ** 63n], 'HUGEINT[]'],
    [[1, 2.5], 'DOUBLE[]'],
    [[1, 'a'], 'VARCHAR[]'],
    [[], '"NULL"[]'],
    [{ b: 1, a: 'x' }, 'STRUCT(b INTEGER, a VARCHAR)'],
    [{}, 'MAP(VARCHAR, VARCHAR)'],
    [[{ a: 1 }, { b: 'x' }], 'STRUCT(a INTEGER, b VARCHAR)[]'],
    [[[1], [2.5]], 'DOUBLE[][]'],
  ])('without declaration: %s is %s', async (value, type) => {
    expect(await project.query('SELECT typeof($v) AS t', { v: value })).toEqual([{ t: type }]);
  });

  it('declared as numbers are doubles, nested ones too', async () => {
    const endpoint = anSqlEndpoint('SELECT typeof($n) AS n, typeof($l) AS l', [
      aParameter('n', 'number'),
      aParameter('l', 'array', { items: aNode('number') }),
    ]);

    expect(await project.rows(endpoint, { n: 5, l: [1, 2] })).toEqual([{ n: 'DOUBLE', l: 'DOUBLE[]' }]);
  });

  it('keep their members when they merge', async () => {
    expect(await project.query('SELECT $v AS v', { v: [{ a: 1 }, {}, { b: [null, 2] }] })).toEqual([
      {
        v: [
          { a: 1, b: null },
          { a: null, b: null },
          { a: null, b: [null, 2] },
        ],
      },
    ]);
  });

  it('filter optionally, list and limit', async () => {
    await project.run('CREATE TABLE t AS SELECT range AS i FROM range(5)');
    const query = (sql: string, params: object) => project.query(sql, { ...params });

    expect(
      await query('SELECT i FROM t WHERE $x IS NULL OR i = $x LIMIT $n', { x: null, n: 2 }),
    ).toHaveLength(2);
    expect(await query('SELECT i FROM t LIMIT $n', { n: null })).toHaveLength(5);
    expect(await query('SELECT i FROM t WHERE i IN $v ORDER BY i', { v: [1, 3] })).toEqual([
      { i: 1 },
      { i: 3 },
    ]);
    expect(await query('SELECT i FROM t WHERE i = ANY($v)', { v: [4] })).toEqual([{ i: 4 }]);
    expect(await query('SELECT $o.key AS k', { o: { key: 'v' } })).toEqual([{ k: 'v' }]);
    expect(await query("SELECT '$x' AS t", {})).toEqual([{ t: '$x' }]);
  });

  it('that are missing or too many are named', async () => {
    await expect(project.query('SELECT $x', {})).rejects.toThrow(
      'Failed to execute SQL: Invalid Input Error: Values were not provided for the following prepared statement parameters: x',
    );
    await expect(project.query('SELECT $x', { x: 1, y: 2 })).rejects.toThrow(
      'Failed to execute SQL: Invalid Input Error: Parameter argument/count mismatch, identifiers of the excess parameters: y',
    );
  });

  it('of one call never reach the next', async () => {
    const endpoint = anSqlEndpoint('SELECT $a AS a, $b AS b', [
      aParameter('a', 'string'),
      aParameter('b', 'integer'),
    ]);

    for (const input of [
      { a: 'x', b: 1 },
      { a: null, b: 2 ** 40 },
      { a: 'z', b: null },
    ]) {
      expect(await project.rows(endpoint, input)).toEqual([input]);
    }
  });
});

describe('a statement that is kept', () => {
  it('sees a changed table', async () => {
    const endpoint = anSqlEndpoint('SELECT * FROM t');
    await project.run('CREATE TABLE t AS SELECT 1 AS a');
    expect(await project.rows(endpoint)).toEqual([{ a: 1 }]);
    expect(await project.rows(endpoint)).toEqual([{ a: 1 }]);

    await project.run("CREATE OR REPLACE TABLE t AS SELECT 'x' AS b");

    expect(await project.rows(endpoint)).toEqual([{ b: 'x' }]);
  });

  it('sees changed files, found below the project from any working directory', async () => {
    const endpoint = anSqlEndpoint("SELECT * FROM 'rows.csv'");
    await writeFile(join(project.folder, 'rows.csv'), 'a\n1\n');
    expect(await project.rows(endpoint)).toEqual([{ a: 1 }]);

    await writeFile(join(project.folder, 'rows.csv'), 'a,b\n1,2\n');

    expect(await project.rows(endpoint)).toEqual([{ a: 1, b: 2 }]);
  });
});

describe('limits', () => {
  const many = 'SELECT i FROM range(5000) r(i)';

  it('refuse an answer with too many rows, and the message says how to narrow it', async () => {
    const endpoint = anSqlEndpoint(many, [], { limits: { ...noLimits, rows: 4999 } });

    await expect(project.rows(endpoint)).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message:
        'The answer has more than the 4999 rows allowed. ' +
        'Ask for less: a narrower filter, an aggregate, a LIMIT; or raise limits.rows.',
    });
  });

  it('let exactly the limit pass, and hold for clients only when they are the site’s', async () => {
    const exact = anSqlEndpoint(many, [], { limits: { ...noLimits, rows: 5000 } });

    expect(await project.rows(exact)).toHaveLength(5000);
    expect(await project.run('FROM range(10001)', { origin: 'cli' })).toHaveLength(10001);
    await expect(project.run('FROM range(10001)', { origin: 'http' })).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
    });
    expect(await project.run('FROM range(10000)', { origin: 'stdio' })).toHaveLength(10000);
  });

  it('stop a result that would not fit in memory at its first rows', async () => {
    const started = performance.now();

    await expect(project.run('FROM range(1000000000000)', { origin: 'http' })).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
    });

    expect(performance.now() - started).toBeLessThan(5000);
  });
});
