import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqlProject } from '../../../builders/a-sql-project.js';
import { inline } from '../../../builders/a-typescript-project.js';

let project: SqlProject;

beforeAll(async () => {
  project = await SqlProject.open();
});
afterAll(() => project.close());

const run = (code: string, input = {}) =>
  project.rows(inline(`import { db } from 'mxcp-server/runtime';\n${code}`), input);

describe('db of a TypeScript endpoint, on DuckDB', () => {
  it('gives rows as SQL endpoints do', async () => {
    const sql = `SELECT 9007199254740993 AS n, DATE '2024-01-31' AS d, 1.10::DECIMAL(4,2) AS m, 'NaN'::DOUBLE AS x,
      [1, 2] AS l, {'a': 'b'} AS s, '\\xFF'::BLOB AS b, TIMESTAMP '2024-01-31 03:04:05' AS t`;

    expect(await run('export const f = ({ sql }) => db.execute(sql);', { sql })).toEqual([
      {
        n: 9007199254740993n,
        d: '2024-01-31',
        m: 1.1,
        x: null,
        l: [1, 2],
        s: { a: 'b' },
        b: '/w==',
        t: '2024-01-31T03:04:05',
      },
    ]);
  });

  it('binds what it is given', async () => {
    const code = `export const f = () => db.execute(
      'SELECT typeof($n) AS n, typeof($big) AS big, $on::TIMESTAMPTZ = TIMESTAMPTZ \\'1970-01-01 00:00:00+00\\' AS epoch, typeof($raw) AS raw, $list AS list, $box.x AS x, $none AS none',
      { n: 1, big: 2n ** 70n, on: new Date(0), raw: Buffer.from([1]), list: ['a', 'b'], box: { x: 'y' }, none: undefined });`;

    expect(await run(code)).toEqual([
      { n: 'INTEGER', big: 'HUGEINT', epoch: true, raw: 'BLOB', list: ['a', 'b'], x: 'y', none: null },
    ]);
  });

  it('keeps temporary tables for the call, and its errors are DuckDB’s', async () => {
    const code = `export const f = async () => {
      await db.execute('CREATE TEMP TABLE t AS SELECT 1 AS a');
      return db.execute('SELECT a FROM t');
    };`;

    expect(await run(code)).toEqual([{ a: 1 }]);
    await expect(run("export const f = () => db.execute('SELECT a FROM t');")).rejects.toThrow(
      /Table with name t does not exist/,
    );
  });

  it('commits what succeeds and rolls back what fails', async () => {
    await project.run('CREATE TABLE IF NOT EXISTS kept (a INTEGER)');
    const code = (end: string) => `export const f = () => db.transaction(async (tx) => {
      await tx.execute('INSERT INTO kept VALUES (?)', [1]); ${end} });`;

    await run(code(''));
    await expect(run(code("throw new Error('no')"))).rejects.toThrow('no');

    expect(await project.run('SELECT count(*) AS n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('streams more than it holds, beside statements of the same call', async () => {
    const code = `export const f = async () => {
      let sum = 0n;
      for await (const { n } of db.stream('SELECT range AS n FROM range(300000)')) sum += BigInt(n);
      for await (const { n } of db.stream('SELECT range AS n FROM range(300000)')) {
        const [row] = await db.execute('SELECT ? + 1 AS m', [n]);
        if (n === 3) return [sum, row.m];
      }
    };`;

    expect(await run(code)).toEqual([44999850000, 4]);
    await expect.poll(() => project.database.pool().inUse).toBe(0);
  });

  it('serves two hundred calls at once', async () => {
    const endpoint = inline(
      "import { db } from 'mxcp-server/runtime'; export const f = ({ n }) => db.execute('SELECT $n AS n', { n });",
    );

    const calls = await Promise.all(Array.from({ length: 200 }, (_, n) => project.rows(endpoint, { n })));

    expect(calls).toEqual(Array.from({ length: 200 }, (_, n) => [{ n }]));
    await expect.poll(() => project.database.pool().inUse).toBe(0);
  });
});
