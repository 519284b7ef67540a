import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/common/domain/json.js';
import type { SqlValue, SqlValues, TypedRows } from '../../../src/common/domain/sql-value.js';
import type { DatabaseSession } from '../../../src/common/ports/database.js';
import { SqlProject } from '../../builders/a-sql-project.js';

const never = new AbortController().signal;

let project: SqlProject;
let session: DatabaseSession;
beforeAll(async () => {
  project = await SqlProject.open();
  session = project.database.open(null);
});
afterAll(async () => {
  await session.close();
  await project.close();
});

async function rows(sql: string, values: SqlValues = []): Promise<readonly JsonObject[]> {
  return (await Array.fromAsync(session.rows(sql, values, never))).flat();
}

async function typed(sql: string, values: SqlValues = []): Promise<TypedRows> {
  const pieces = await Array.fromAsync(session.typedRows(sql, values, never));
  return { columns: pieces[0]!.columns, rows: pieces.flatMap((piece) => piece.rows) };
}

describe('typed rows of a session', () => {
  it.each<[string, unknown, unknown]>([
    ['true', { name: 'BOOLEAN' }, true],
    ['-5::TINYINT', { name: 'TINYINT' }, -5],
    ['9007199254740993::BIGINT', { name: 'BIGINT' }, 9007199254740993n],
    ['170141183460469231731687303715884105727::HUGEINT', { name: 'HUGEINT' }, 2n ** 127n - 1n],
    ['1.5::FLOAT', { name: 'FLOAT' }, 1.5],
    ["'nan'::DOUBLE", { name: 'DOUBLE' }, 'NaN'],
    ["'-inf'::DOUBLE", { name: 'DOUBLE' }, '-Infinity'],
    ['1.10::DECIMAL(5,2)', { name: 'DECIMAL', width: 5, scale: 2 }, '1.10'],
    ["'x'", { name: 'VARCHAR' }, 'x'],
    [`'{"a":1}'::JSON`, { name: 'VARCHAR' }, '{"a":1}'],
    ["'\\x00\\xFF'::BLOB", { name: 'BLOB' }, 'AP8='],
    ["'0101'::BIT", { name: 'BIT' }, '0101'],
    ["DATE '1970-01-03'", { name: 'DATE' }, 2],
    ["'-infinity'::DATE", { name: 'DATE' }, '-infinity'],
    ["TIME '00:00:01.5'", { name: 'TIME' }, 1_500_000],
    ["'01:02:03+02:00'::TIMETZ", { name: 'TIMETZ' }, '01:02:03+02:00'],
    ["TIMESTAMP '1970-01-01 00:00:01.5'", { name: 'TIMESTAMP' }, 1_500_000],
    ["'infinity'::TIMESTAMP", { name: 'TIMESTAMP' }, 'infinity'],
    ["'1970-01-01 00:00:01'::TIMESTAMP_S", { name: 'TIMESTAMP_S' }, 1_000_000],
    ["'1970-01-01 00:00:01.5'::TIMESTAMP_MS", { name: 'TIMESTAMP_MS' }, 1_500_000],
    ["'1970-01-01 00:00:00.000000007'::TIMESTAMP_NS", { name: 'TIMESTAMP_NS' }, 7],
    ["TIMESTAMPTZ '1970-01-01 01:00:00+01'", { name: 'TIMESTAMPTZ' }, 0],
    ['INTERVAL 1 MONTH + INTERVAL 2 DAY + INTERVAL 3 SECOND', { name: 'INTERVAL' }, [1, 2, 3_000_000]],
    [
      "'00000000-0000-0000-0000-00000000000a'::UUID",
      { name: 'UUID' },
      '00000000-0000-0000-0000-00000000000a',
    ],
    ["'b'::ENUM('a', 'b')", { name: 'ENUM' }, 'b'],
    ['NULL', { name: 'INTEGER' }, null],
    ['[1, NULL, 2]', { name: 'LIST', items: { name: 'INTEGER' } }, [1, null, 2]],
    ['array_value(1.5::DOUBLE)', { name: 'ARRAY', items: { name: 'DOUBLE' } }, [1.5]],
    [
      "{'2': DATE '1970-01-02', '1': [1.50]}",
      {
        name: 'STRUCT',
        fields: [
          ['2', { name: 'DATE' }],
          ['1', { name: 'LIST', items: { name: 'DECIMAL', width: 3, scale: 2 } }],
        ],
      },
      [1, ['1.50']],
    ],
    [
      "MAP {DATE '1970-01-02': 'a'}",
      { name: 'MAP', key: { name: 'DATE' }, value: { name: 'VARCHAR' } },
      [[1, 'a']],
    ],
    ['union_value(n := 5)', { name: 'UNION', fields: [['n', { name: 'INTEGER' }]] }, ['n', 5]],
  ])('keep %s', async (sql, type, value) => {
    const answer = await typed(`SELECT ${sql} AS v`);

    expect(answer.columns).toEqual([{ name: 'v', type }]);
    if (typeof value === 'bigint') expect(answer.rows[0]?.[0] === value).toBe(true);
    else expect(answer.rows).toEqual([[value]]);
  });

  it('name their columns when there are none', async () => {
    expect(await typed('SELECT 1 AS a, 2 AS a WHERE false')).toEqual({
      columns: [
        { name: 'a', type: { name: 'INTEGER' } },
        { name: 'a_1', type: { name: 'INTEGER' } },
      ],
      rows: [],
    });
  });
});

describe('parameters of a session', () => {
  it.each<[SqlValue, string, unknown]>([
    ['x', 'VARCHAR', 'x'],
    [true, 'BOOLEAN', true],
    [null, '"NULL"', null],
    [1, 'INTEGER', 1],
    [2 ** 31, 'BIGINT', 2 ** 31],
    [2n ** 63n, 'UBIGINT', 2n ** 63n],
    [-(2n ** 100n), 'HUGEINT', -(2n ** 100n)],
    [1.5, 'DOUBLE', 1.5],
    [{ sql: 'double', value: 5 }, 'DOUBLE', 5],
    [{ sql: 'double', value: NaN }, 'DOUBLE', null],
    [{ sql: 'decimal', text: '-1.10' }, 'DECIMAL(3,2)', -1.1],
    [{ sql: 'decimal', text: '0.001' }, 'DECIMAL(3,3)', 0.001],
    [{ sql: 'decimal', text: '1E+3' }, 'DECIMAL(4,0)', 1000],
    [{ sql: 'decimal', text: 'NaN' }, 'DOUBLE', null],
    [{ sql: 'date', text: '2024-01-31' }, 'DATE', '2024-01-31'],
    [{ sql: 'time', text: '03:04:05.5' }, 'TIME', '03:04:05.500000'],
    [{ sql: 'timestamp', text: '2024-01-31T03:04:05' }, 'TIMESTAMP', '2024-01-31T03:04:05'],
    [
      { sql: 'timestamptz', text: '2024-01-31T03:04:05+02:00' },
      'TIMESTAMP WITH TIME ZONE',
      '2024-01-31T01:04:05+00:00',
    ],
    [{ sql: 'interval', months: 1, days: 2, micros: 3_000_000n }, 'INTERVAL', 'P32DT0H0M3S'],
    [{ sql: 'blob', bytes: Buffer.from('hi') }, 'BLOB', 'hi'],
    [
      { sql: 'uuid', text: '7f2c0a7e-0000-4000-8000-00000000000a' },
      'UUID',
      '7f2c0a7e-0000-4000-8000-00000000000a',
    ],
    [{ sql: 'list', items: [1, null, 2n ** 40n] }, 'BIGINT[]', [1, null, 2 ** 40]],
    [{ sql: 'list', items: [1, 'a', { sql: 'double', value: 2.5 }] }, 'VARCHAR[]', ['1', 'a', '2.5']],
    [
      {
        sql: 'list',
        items: [
          { sql: 'decimal', text: '1.5' },
          { sql: 'decimal', text: '22' },
        ],
      },
      'DECIMAL(3,1)[]',
      [1.5, 22],
    ],
    [{ sql: 'list', items: [{ sql: 'decimal', text: '1.5' }, 3] }, 'DECIMAL(11,1)[]', [1.5, 3]],
    [
      {
        sql: 'list',
        items: [
          { sql: 'decimal', text: '1.5' },
          { sql: 'double', value: 2.25 },
        ],
      },
      'DOUBLE[]',
      [1.5, 2.25],
    ],
    [{ sql: 'list', items: [] }, '"NULL"[]', []],
    [{ sql: 'list', items: [{ sql: 'date', text: '2024-01-31' }] }, 'DATE[]', ['2024-01-31']],
    [
      {
        sql: 'struct',
        entries: [
          ['b', 1],
          ['a', { sql: 'date', text: '2024-01-31' }],
        ],
      },
      'STRUCT(b INTEGER, a DATE)',
      { b: 1, a: '2024-01-31' },
    ],
    [{ sql: 'struct', entries: [] }, 'MAP(VARCHAR, VARCHAR)', {}],
  ])('bind %o as %s', async (value, type, answer) => {
    const [row] = await rows('SELECT typeof($v) AS t, $v AS v', { v: value });

    expect(row!['t']).toBe(type);
    if (typeof answer === 'bigint') expect(row!['v'] === answer).toBe(true);
    else expect(row!['v']).toEqual(answer);
  });

  it('go by position or by name, in any case', async () => {
    expect(await rows('SELECT ? AS a, ? AS b', [1, 'x'])).toEqual([{ a: 1, b: 'x' }]);
    expect(await rows('SELECT $2 AS a, $1 AS b', [1, 'x'])).toEqual([{ a: 'x', b: 1 }]);
    expect(await rows('SELECT $Name AS a', { name: 1 })).toEqual([{ a: 1 }]);
  });

  it('must be complete and no more', async () => {
    await expect(rows('SELECT $a, $b', { a: 1 })).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message:
        'Invalid Input Error: Values were not provided for the following prepared statement parameters: b',
    });
    await expect(rows('SELECT $a', { a: 1, y: 2 })).rejects.toMatchObject({
      message:
        'Invalid Input Error: Parameter argument/count mismatch, identifiers of the excess parameters: y',
    });
    await expect(rows('SELECT ?', [1, 2])).rejects.toThrow('excess parameters: 2');
    await expect(rows('SELECT $a', { a: 2n ** 127n })).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'an integer argument is beyond the range of HUGEINT',
    });
  });
});
