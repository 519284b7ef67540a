import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { PythonProject } from '../../../builders/a-python-project.js';

const kit = `
import datetime as dt, uuid
from decimal import Decimal
from mxcp.runtime import db

def shown(sql):
    value = db.execute(sql)[0]['v']
    return [type(value).__name__, repr(value).split('\\n')[0]]

def type_of(text):
    return db.execute('SELECT typeof($1) AS t', [eval(text)])[0]['t']

def rows(sql, params):
    return db.execute(sql, params)

def failure(sql, params):
    try:
        db.execute(sql, params)
    except Exception as error:
        return [type(error).__name__, str(error).split('\\n')[0]]
`;

/** As if the packages were not installed, wherever this runs. */
const standardOnly = `import sys\nsys.modules.update(pandas=None, numpy=None)\n${kit}`;

const uuid = '00000000-0000-0000-0000-000000000001';

/** SQL, the value's type and how Python prints it: the table of python.md §4.3. */
const exact: readonly (readonly [string, string, string])[] = [
  ['true', 'bool', 'True'],
  ['NULL::BOOLEAN', 'NoneType', 'None'],
  ['(-1)::TINYINT', 'int', '-1'],
  ['9007199254740993::BIGINT', 'int', '9007199254740993'],
  ['18446744073709551615::UBIGINT', 'int', '18446744073709551615'],
  ['NULL::BIGINT', 'NoneType', 'None'],
  ['(SELECT sum(n) FROM range(4) t(n))', 'float', '6.0'],
  ['NULL::HUGEINT', 'float', 'nan'],
  ['1.10::DECIMAL(4,2)', 'float', '1.1'],
  ['NULL::DECIMAL(4,2)', 'float', 'nan'],
  ['1.5::FLOAT', 'float', '1.5'],
  ['NULL::FLOAT', 'float', 'nan'],
  ['1::DOUBLE', 'float', '1.0'],
  ['NULL::DOUBLE', 'float', 'nan'],
  ["'x'", 'str', "'x'"],
  ['NULL::VARCHAR', 'NoneType', 'None'],
  ["'r'::ENUM('r', 'g')", 'str', "'r'"],
  ["NULL::ENUM('r', 'g')", 'NoneType', 'None'],
  [`'{"a": 1}'::JSON`, 'str', `'{"a": 1}'`],
  ["TIME '03:04:05.5'", 'time', 'datetime.time(3, 4, 5, 500000)'],
  ['NULL::TIME', 'NoneType', 'None'],
  [`'${uuid}'::UUID`, 'UUID', `UUID('${uuid}')`],
  ["'\\xFFa'::BLOB", 'bytearray', "bytearray(b'\\xffa')"],
  ["'0101'::BIT", 'bytes', "b'\\x04\\xf5'"],
  [
    "{n: 1.10, l: [1, NULL], d: DATE '2024-01-02', i: NULL}",
    'dict',
    "{'n': Decimal('1.10'), 'l': [1, None], 'd': datetime.date(2024, 1, 2), 'i': None}",
  ],
  ["MAP {'k': 1.5::DOUBLE}", 'dict', "{'k': 1.5}"],
  ["MAP {DATE '2024-01-02': NULL}", 'dict', '{datetime.date(2024, 1, 2): None}'],
  ['NULL::MAP(VARCHAR, INTEGER)', 'NoneType', 'None'],
  ['NULL::INTEGER[]', 'NoneType', 'None'],
  ['NULL::DATE', 'NoneType', 'None'],
  ['NULL::INTERVAL', 'NoneType', 'None'],
  // beyond the table: nothing that SQL can select fails
  ['340282366920938463463374607431768211455::UHUGEINT', 'int', '340282366920938463463374607431768211455'],
  ['union_value(k := 1)', 'int', '1'],
  ["'infinity'::DATE", 'NoneType', 'None'],
  ["'-infinity'::TIMESTAMP", 'NoneType', 'None'],
];

const withStandardTypes: typeof exact = [
  ["DATE '2024-01-02'", 'datetime', 'datetime.datetime(2024, 1, 2, 0, 0)'],
  ["TIMESTAMP '2024-01-02 03:04:05.5'", 'datetime', 'datetime.datetime(2024, 1, 2, 3, 4, 5, 500000)'],
  ["INTERVAL '1 month 2 days'", 'timedelta', 'datetime.timedelta(days=32)'],
  ['[1, NULL]', 'list', '[1, None]'],
  ['[[1], [2]]', 'list', '[[1], [2]]'],
  ['array_value(1, 2)', 'list', '[1, 2]'],
];

const withPandas: typeof exact = [
  ["DATE '2024-01-02'", 'Timestamp', "Timestamp('2024-01-02 00:00:00')"],
  ["TIMESTAMP '2024-01-02 03:04:05.5'", 'Timestamp', "Timestamp('2024-01-02 03:04:05.500000')"],
  ["INTERVAL '1 month 2 days'", 'Timedelta', "Timedelta('32 days 00:00:00')"],
  ['[1, 2]', 'ndarray', 'array([1, 2], dtype=int32)'],
  ['[1, NULL]', 'MaskedArray', 'masked_array(data=[1, --],'],
  ["['a', NULL]", 'ndarray', "array(['a', None], dtype=object)"],
  ['[[1], [2]]', 'ndarray', 'array([array([1], dtype=int32), array([2], dtype=int32)], dtype=object)'],
  ['array_value(1, 2)', 'ndarray', 'array([1, 2], dtype=int32)'],
];

/** Parameters as Python writes them, and the type that SQL sees. */
const parameters: readonly (readonly [string, string])[] = [
  ["'x'", 'VARCHAR'],
  ['1', 'INTEGER'],
  ['2**40', 'BIGINT'],
  ['2**100', 'HUGEINT'],
  ['1.0', 'DOUBLE'],
  ["float('nan')", 'DOUBLE'],
  ['True', 'BOOLEAN'],
  ['None', '"NULL"'],
  ["Decimal('1.10')", 'DECIMAL(3,2)'],
  ['dt.date(2024, 1, 2)', 'DATE'],
  ['dt.datetime(2024, 1, 2)', 'TIMESTAMP'],
  ['dt.datetime(2024, 1, 2, tzinfo=dt.timezone.utc)', 'TIMESTAMP WITH TIME ZONE'],
  ['dt.time(3, 4)', 'TIME'],
  ['dt.timedelta(days=1)', 'INTERVAL'],
  ["b'x'", 'BLOB'],
  ['uuid.UUID(int=1)', 'UUID'],
  ['[1, 2]', 'INTEGER[]'],
  ['(1, 2)', 'INTEGER[]'],
  ["{'b': 1, '2': 'x'}", 'STRUCT(b INTEGER, "2" VARCHAR)'],
];

describe('values of db.execute', () => {
  let project: PythonProject;

  beforeAll(async () => {
    project = await PythonProject.open(standardOnly);
  });
  afterAll(() => project.close());

  it.each([...exact, ...withStandardTypes])('%s is %s', async (sql, type, shown) => {
    expect(await project.value('shown', { sql: `SELECT ${sql} AS v` })).toEqual([type, shown]);
  });

  it('have the zone of the session where SQL has a time zone', async () => {
    const sql = "SELECT '2024-01-02 03:04:05+00'::TIMESTAMPTZ AS v";

    expect(await project.value('shown', { sql })).toEqual(['datetime', expect.stringContaining('tzinfo=')]);
  });

  it.each(parameters)('take the parameter %s as %s', async (text, type) => {
    expect(await project.value('type_of', { text })).toBe(type);
  });
});

describe('statements of db.execute', () => {
  let project: PythonProject;

  beforeAll(async () => {
    project = await PythonProject.open(standardOnly);
  });
  afterAll(() => project.close());

  const rows = (sql: string, params: JsonValue = null) => project.value('rows', { sql, params });

  it('all run; the rows are those of the last', async () => {
    expect(
      await rows('CREATE TABLE several (n INTEGER); INSERT INTO several VALUES (1); FROM several'),
    ).toEqual([{ n: 1 }]);
  });

  it('that change rows give their count, and those that define give nothing', async () => {
    expect(await rows('CREATE TABLE counted (n INTEGER)')).toEqual([]);
    expect(await rows('INSERT INTO counted VALUES (1), (2)')).toEqual([{ Count: 2 }]);
    expect(await rows('UPDATE counted SET n = 3')).toEqual([{ Count: 2 }]);
    expect(await rows('DELETE FROM counted WHERE n = 3')).toEqual([{ Count: 2 }]);
  });

  it('rename columns of equal names, and name those without by their text', async () => {
    expect(await rows('SELECT 1 AS a, 2 AS a, 1 + 1')).toEqual([{ a: 1, a_1: 2, '(1 + 1)': 2 }]);
  });

  it('take parameters by name and by position', async () => {
    expect(await rows('SELECT $b AS b, $a AS a', { a: 1, b: 'x' })).toEqual([{ b: 'x', a: 1 }]);
    expect(await rows('SELECT ? AS a, ? AS b', [1, 'x'])).toEqual([{ a: 1, b: 'x' }]);
    expect(await rows('SELECT $2 AS b, $1 AS a', [1, 'x'])).toEqual([{ b: 'x', a: 1 }]);
  });

  it.each([
    ['SELECT $a', {}, 'InvalidInputException', 'Values were not provided'],
    ['SELECT $a', { a: 1, b: 2 }, 'InvalidInputException', 'excess parameters: b'],
    ['SELEC 1', null, 'ParserException', 'Parser Error: syntax error'],
    ['SELECT nothing', null, 'BinderException', 'Binder Error: Referenced column "nothing"'],
    ["SELECT 'x'::INTEGER", null, 'ConversionException', 'Conversion Error: Could not convert'],
    ['FROM nowhere', null, 'CatalogException', 'Catalog Error: Table with name nowhere'],
  ])("fail with DuckDB's exception and text: %s with %j", async (sql, params, type, text) => {
    expect(await project.value('failure', { sql, params })).toEqual([type, expect.stringContaining(text)]);
  });

  it('without text fail', async () => {
    expect(await project.value('failure', { sql: '', params: null })).toEqual([
      expect.any(String),
      'No SQL query found',
    ]);
  });
});

const python = process.env['MXCP_TEST_PYTHON'] ?? 'python3';
const hasPandas = spawnSync(python, ['-c', 'import pandas, numpy']).status === 0;

describe.skipIf(!hasPandas)('values of db.execute where pandas is installed', () => {
  let project: PythonProject;

  beforeAll(async () => {
    project = await PythonProject.open(kit, { userCode: { interpreter: python } });
  });
  afterAll(() => project.close());

  it.each([...exact, ...withPandas])('%s is %s', async (sql, type, shown) => {
    expect(await project.value('shown', { sql: `SELECT ${sql} AS v` })).toEqual([type, shown]);
  });

  it('are plain JSON where a function returns them, a timestamp even where SQL has a date', async () => {
    const sql =
      "SELECT [1, NULL] AS l, DATE '2024-01-02' AS d, NULL::DOUBLE AS n, INTERVAL '1 day' AS i, 'x'::BLOB AS b";

    expect(await project.value('rows', { sql, params: null })).toEqual([
      { l: [1, null], d: '2024-01-02T00:00:00', n: null, i: 'P1DT0H0M0S', b: 'x' },
    ]);
  });
});
