import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqlProject } from '../../builders/a-sql-project.js';

let project: SqlProject;
beforeAll(async () => {
  project = await SqlProject.open();
});
afterAll(() => project.close());

/** Expression and what it is as JSON; the table of endpoints.md §2.8. */
const table: readonly (readonly [string, unknown])[] = [
  ['127::TINYINT', 127],
  ['9007199254740993::BIGINT', 9007199254740993n],
  ['18446744073709551615::UBIGINT', 18446744073709551615n],
  ['5::BIGINT', 5],
  ['6::HUGEINT', 6],
  ['170141183460469231731687303715884105727::HUGEINT', 170141183460469231731687303715884105727n],
  ['340282366920938463463374607431768211455::UHUGEINT', 340282366920938463463374607431768211455n],
  ["'123456789012345678901234567890123456789012'::BIGNUM", 123456789012345678901234567890123456789012n],
  ['1.10::DECIMAL(5,2)', 1.1],
  ['0.001::DECIMAL(18,3)', 0.001],
  ['(-12345.678)::DECIMAL(12,3)', -12345.678],
  ['12345678901234567890.12::DECIMAL(38,2)', 12345678901234567890.12],
  ['1.1::FLOAT', 1.100000023841858],
  ["'NaN'::DOUBLE", null],
  ["'Infinity'::DOUBLE", null],
  ["'-Infinity'::FLOAT", null],
  ['NULL::DOUBLE', null],
  ['true', true],
  ["'żółć 🦊'", 'żółć 🦊'],
  ['\'{"a": [1, 2]}\'::JSON', '{"a": [1, 2]}'],
  ["'b'::ENUM('a','b')", 'b'],
  ["'0101'::BIT", '0101'],
  ["'6b9f6d0c-1111-4222-8333-444455556666'::UUID", '6b9f6d0c-1111-4222-8333-444455556666'],
  ["'hello'::BLOB", 'hello'],
  ["'\\xFF\\x00\\xAA'::BLOB", '/wCq'],
  ["DATE '2024-01-02'", '2024-01-02'],
  ["DATE '0044-03-15'", '0044-03-15'],
  ["DATE '9999-12-31'", '9999-12-31'],
  ["DATE 'infinity'", null],
  ["DATE '-infinity'", null],
  ["TIMESTAMP '2024-01-02 03:04:05'", '2024-01-02T03:04:05'],
  ["TIMESTAMP '2024-01-02 03:04:05.678'", '2024-01-02T03:04:05.678000'],
  ["TIMESTAMP '1677-01-01'", '1677-01-01T00:00:00'],
  ["TIMESTAMP_S '2024-01-02 03:04:05'", '2024-01-02T03:04:05'],
  ["TIMESTAMP_MS '2024-01-02 03:04:05.5'", '2024-01-02T03:04:05.500000'],
  ["TIMESTAMP_NS '2024-01-02 03:04:05.123456789'", '2024-01-02T03:04:05.123456789'],
  ["TIMESTAMP 'infinity'", null],
  ["TIMESTAMPTZ '-infinity'", null],
  ["TIMESTAMPTZ '2024-01-02 03:04:05+02:00'", '2024-01-02T01:04:05+00:00'],
  ["TIME '03:04:05'", '03:04:05'],
  ["TIME '03:04:05.5'", '03:04:05.500000'],
  ["TIMETZ '01:02:03+02'", '01:02:03+02:00'],
  ['INTERVAL 1 DAY', 'P1DT0H0M0S'],
  ["INTERVAL '1 month 2 days 3 hours'", 'P32DT3H0M0S'],
  ["INTERVAL '1 year'", 'P360DT0H0M0S'],
  ['(-INTERVAL 3 HOUR)', 'P-1DT21H0M0S'],
  ["INTERVAL '500 milliseconds'", 'P0DT0H0M0.5S'],
  ['union_value(num := 5)', 5],
  ["MAP {'k1': 10}", { k1: 10 }],
  ["MAP {1: 'a'}", { 1: 'a' }],
  ["MAP {DATE '2024-01-02': 1}", { '2024-01-02': 1 }],
  ['array_value(1, 2, 3)', [1, 2, 3]],
  ['[]::INTEGER[]', []],
  ["{'in': {'deep': [1, NULL]}}", { in: { deep: [1, null] } }],
];

describe('DuckDB values as JSON', () => {
  it.each(table)('%s alone, in a list, a struct and a map', async (expression, expected) => {
    const rows = await project.run(
      `SELECT ${expression} AS v, [${expression}] AS l, {'m': ${expression}} AS s, MAP {'k': ${expression}} AS m`,
    );

    expect(rows).toEqual([{ v: expected, l: [expected], s: { m: expected }, m: { k: expected } }]);
  });

  it('sums integers exactly', async () => {
    expect(await project.run('SELECT sum(x) AS total FROM range(4) t(x)')).toEqual([{ total: 6 }]);
  });

  it('writes TIMESTAMPTZ in the zone that the source sets', async () => {
    const rows = await project.run(
      `SET TimeZone = 'America/New_York';
       SELECT TIMESTAMPTZ '2024-07-01 12:00:00+00' AS summer, [TIMESTAMPTZ '2024-01-01 12:00:00+00'] AS winter`,
    );

    expect(rows).toEqual([{ summer: '2024-07-01T08:00:00-04:00', winter: ['2024-01-01T07:00:00-05:00'] }]);
    expect(await project.run("SELECT TIMESTAMPTZ '2024-07-01 12:00:00+00' AS z")).toEqual([
      { z: '2024-07-01T12:00:00+00:00' },
    ]);
  });

  it('tells repeated column names apart', async () => {
    expect(await project.run('SELECT 1 AS a, 2 AS a, 3 AS a, 4 AS "a_1"')).toEqual([
      { a: 1, a_1: 2, a_2: 3, a_1_1: 4 },
    ]);
  });

  it('keeps columns in their order where names are numbers', async () => {
    const [row] = (await project.run('SELECT 3 AS region, 2 AS "2024", 1 AS "2023"')) as [object];

    expect(JSON.stringify(row)).toBe('{"region":3,"2024":2,"2023":1}');
    expect(row).toEqual({ region: 3, 2024: 2, 2023: 1 });
  });

  it('keeps a column named like a prototype', async () => {
    const [row] = (await project.run('SELECT 1 AS "__proto__", 2 AS b')) as [object];

    expect(Object.entries(row)).toEqual([
      ['__proto__', 1],
      ['b', 2],
    ]);
  });
});
