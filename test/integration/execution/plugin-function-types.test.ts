import { afterEach, describe, expect, it } from 'vitest';
import type { SqlType, TypedValue } from '../../../src/common/domain/sql-value.js';
import { SqlProject } from '../../builders/a-sql-project.js';
import { sameType, ScriptedFunctions, type ScriptedFunction } from '../../fakes/scripted-functions.js';

let project: SqlProject;
afterEach(() => project.close());

function openedWith(scripts: Readonly<Record<string, ScriptedFunction>>): Promise<SqlProject> {
  return SqlProject.open({ functions: new ScriptedFunctions(scripts) });
}

describe('types of plugin functions', () => {
  const int: SqlType = { name: 'INTEGER' };
  const date: SqlType = { name: 'DATE' };
  it.each<[SqlType, string]>([
    [{ name: 'BOOLEAN' }, 'true'],
    [{ name: 'TINYINT' }, '(-128)::TINYINT'],
    [{ name: 'SMALLINT' }, '(-32768)::SMALLINT'],
    [int, '2147483647'],
    [{ name: 'BIGINT' }, '9223372036854775807'],
    [{ name: 'HUGEINT' }, '-170141183460469231731687303715884105727::HUGEINT'],
    [{ name: 'UTINYINT' }, '255::UTINYINT'],
    [{ name: 'USMALLINT' }, '65535::USMALLINT'],
    [{ name: 'UINTEGER' }, '4294967295::UINTEGER'],
    [{ name: 'UBIGINT' }, '18446744073709551615::UBIGINT'],
    [{ name: 'UHUGEINT' }, '340282366920938463463374607431768211455::UHUGEINT'],
    [{ name: 'FLOAT' }, '1.5::FLOAT'],
    [{ name: 'DOUBLE' }, "'-inf'::DOUBLE"],
    [{ name: 'DOUBLE' }, '0.1::DOUBLE'],
    [{ name: 'VARCHAR' }, "'Zürich, a text longer than twelve bytes'"],
    [{ name: 'BLOB' }, "'\\x00\\xFF and more than twelve bytes'::BLOB"],
    [{ name: 'BIT' }, "'01011'::BIT"],
    [{ name: 'UUID' }, "'7f2c0a7e-0000-4000-8000-00000000000a'::UUID"],
    [{ name: 'DECIMAL', width: 18, scale: 3 }, '-123456789012345.678::DECIMAL(18,3)'],
    [{ name: 'DECIMAL', width: 4, scale: 1 }, '1.5::DECIMAL(4,1)'],
    [{ name: 'DECIMAL', width: 38, scale: 10 }, '1234567890123456789012345678.0123456789::DECIMAL(38,10)'],
    [date, "DATE '1969-12-31'"],
    [date, "'infinity'::DATE"],
    [{ name: 'TIME' }, "TIME '23:59:59.999999'"],
    [{ name: 'TIMETZ' }, "'01:02:03.5-02:30'::TIMETZ"],
    [{ name: 'TIMESTAMP' }, "TIMESTAMP '2024-01-31 03:04:05.000006'"],
    [{ name: 'TIMESTAMP' }, "'-infinity'::TIMESTAMP"],
    [{ name: 'TIMESTAMP_S' }, "'2024-01-31 03:04:05'::TIMESTAMP_S"],
    [{ name: 'TIMESTAMP_MS' }, "'2024-01-31 03:04:05.006'::TIMESTAMP_MS"],
    [{ name: 'TIMESTAMP_NS' }, "'2024-01-31 03:04:05.000000007'::TIMESTAMP_NS"],
    [{ name: 'TIMESTAMPTZ' }, "TIMESTAMPTZ '2024-01-31 03:04:05+02'"],
    [{ name: 'INTERVAL' }, 'INTERVAL 1 MONTH + INTERVAL 2 DAY + INTERVAL 3 SECOND'],
    [{ name: 'LIST', items: int }, '[1, NULL, 3]'],
    [{ name: 'LIST', items: { name: 'LIST', items: { name: 'VARCHAR' } } }, "[['a'], NULL, [], ['b', NULL]]"],
    [{ name: 'MAP', key: { name: 'VARCHAR' }, value: int }, "MAP {'a': 1, 'b': NULL}"],
    [
      {
        name: 'STRUCT',
        fields: [
          ['2', date],
          ['1', { name: 'LIST', items: { name: 'DECIMAL', width: 5, scale: 2 } }],
          ['s', { name: 'STRUCT', fields: [['x', { name: 'VARCHAR' }]] }],
        ],
      },
      "{'2': DATE '2024-01-31', '1': [1.50::DECIMAL(5,2), NULL], 's': {'x': NULL::VARCHAR}}",
    ],
  ])('let %j through, in and out', async (type, sql) => {
    project = await openedWith({ same_test: sameType(type) });

    const [row] = (await project.query(
      `SELECT typeof(same_test(v)) = typeof(v) AS t, same_test(v) IS NOT DISTINCT FROM v AS v, same_test(NULL) IS NULL AS n
       FROM (SELECT ${sql} AS v FROM range(3))`,
    )) as readonly unknown[];

    expect(row).toEqual({ t: true, v: true, n: true });
  });

  it.each<[SqlType, TypedValue]>([
    [int, 2 ** 31],
    [int, true],
    [int, '1'],
    [{ name: 'VARCHAR' }, 1],
    [{ name: 'DECIMAL', width: 4, scale: 1 }, '1000.0'],
    [{ name: 'DECIMAL', width: 4, scale: 1 }, '1.05'],
    [{ name: 'LIST', items: int }, 'x'],
    [{ name: 'STRUCT', fields: [['a', int]] }, [1, 2]],
    [date, 1.5],
  ])('fail the query when a %j is %j', async (type, value) => {
    project = await openedWith({ bad_test: { parameters: [int], returns: type, run: () => value } });

    await expect(project.run('SELECT bad_test(1)')).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: `Failed to execute SQL: Invalid Input Error: Failed to cast value: the result of the function does not fit its type ${type.name}`,
    });
  });
});
