import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray } from '../../../../src/common/domain/json.js';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import { PythonProject } from '../../../builders/a-python-project.js';

const plugin = `
import datetime as dt
import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Dict, List, Optional, TypedDict, Union
from mxcp.plugins import MXCPBasePlugin, udf
from mxcp.runtime import config, db
from mxcp.sdk.auth.context import get_user_context

@dataclass
class Pair:
    n: int
    t: str

class Named(TypedDict):
    n: int
    tags: List[str]

class Common(MXCPBasePlugin):
    @udf
    def inherited(self) -> str: return 'from the base'

class MXCPPlugin(Common):
    def __init__(self, config):
        super().__init__(config)
        self.rate = float(config['rate'])

    @udf
    def text(self, v: str) -> str: return v
    @udf
    def whole(self, v: int) -> int: return v
    @udf
    def real(self, v: float) -> float: return v
    @udf
    def yes(self, v: bool) -> bool: return v
    @udf
    def raw(self, v: bytes) -> bytes: return v
    @udf
    def exact(self, v: Decimal) -> Decimal: return v
    @udf
    def day(self, v: dt.date) -> dt.date: return v
    @udf
    def clock(self, v: dt.time) -> dt.time: return v
    @udf
    def moment(self, v: dt.datetime) -> dt.datetime: return v
    @udf
    def span(self, v: dt.timedelta) -> dt.timedelta: return v
    @udf
    def items(self, v: list[int]) -> List[int]: return v
    @udf
    def table(self, v: dict[str, int]) -> Dict[str, int]: return v
    @udf
    def pair(self, v: Pair) -> Pair: return v
    @udf
    def named(self, v: Named) -> Named: return v
    @udf
    def maybe(self, v: Optional[int]) -> Union[int, None]: return v
    @udf
    def newer(self, v: 'int | None') -> 'int | None': return v
    @udf
    def noted(self, v: Annotated[int, 'note']) -> Annotated[int, 'note']: return v
    @udf
    def loose(self, v: dict) -> list: return sorted(v)
    @udf
    def made(self, n: int) -> Pair: return Pair(n, str(n))
    @udf
    def halved(self, n: int) -> Pair: return (n // 2, 'half')
    @udf
    def kind(self, v: dt.datetime) -> str: return type(v).__name__

    @udf
    def scaled(self, amount: float, times: int = 1) -> float: return amount * self.rate * times
    @udf
    async def later(self, text: str) -> str: return text + '!'
    @udf
    def secret(self) -> str: return config.get_secret('crm')['key']
    @udf
    def who(self, n: int) -> str:
        user = get_user_context()
        return f'{user.username if user else None}/{self.get_username()}/{self.is_authenticated()}'
    @udf
    def fails(self, n: int) -> str: raise ValueError('no such unit')
    @udf
    def big(self) -> int: return 2 ** 40
    @udf
    def digits(self) -> int: return '12'
    @udf
    def words(self) -> int: return 'twelve'
    @udf
    def truth(self) -> int: return True
    @udf
    def number(self) -> str: return 12
    @udf
    def queries(self) -> int: return len(db.execute('SELECT 1'))
    @udf
    def leaves(self) -> int: os._exit(7)
    @udf
    def unhinted(self): return 1
    def plain(self): return self.rate
`;

const kit = `
from mxcp.runtime import db, plugins

def rows(sql): return db.execute(sql)
def calls(): return [plugins.list(), plugins.get('eu').plain(), plugins.get('us').plain(), plugins.get('none')]
`;

describe('plugin functions in the SQL of a project', () => {
  let project: PythonProject;

  beforeAll(async () => {
    project = await PythonProject.open(kit, {
      files: { 'plugins/units.py': plugin },
      userCode: {
        plugins: [
          { name: 'eu', module: 'units', config: 'europe' },
          { name: 'us', module: 'units', config: 'america' },
        ],
        pluginSettings: new Secret({ europe: { rate: '2' }, america: { rate: '3' } }),
        secrets: new Secret({ crm: { key: 'k' } }),
      },
    });
  });
  afterAll(() => project.close());

  /** `v` of the first row. */
  const valueOf = async (expression: string, call = {}) => {
    const rows = await project.value('rows', { sql: `SELECT ${expression} AS v` }, call);
    return isJsonArray(rows) ? rows[0] : rows;
  };

  it.each([
    ['text', "'ä'", 'VARCHAR'],
    ['whole', '7::INTEGER', 'INTEGER'],
    ['real', '1.5::DOUBLE', 'DOUBLE'],
    ['yes', 'true', 'BOOLEAN'],
    ['raw', "'\\x00\\xFF'::BLOB", 'BLOB'],
    ['exact', '1.125::DECIMAL(18,3)', 'DECIMAL(18,3)'],
    ['day', "DATE '2024-01-02'", 'DATE'],
    ['clock', "TIME '03:04:05.5'", 'TIME'],
    ['moment', "TIMESTAMP '2024-01-02 03:04:05.5'", 'TIMESTAMP'],
    ['span', "INTERVAL '2 days 3 hours'", 'INTERVAL'],
    ['items', '[1, NULL, 3]', 'INTEGER[]'],
    ['table', "MAP {'a': 1, 'b': NULL}", 'MAP(VARCHAR, INTEGER)'],
    ['pair', "{n: 1, t: 'x'}", 'STRUCT(n INTEGER, t VARCHAR)'],
    ['named', "{n: 1, tags: ['x', NULL]}", 'STRUCT(n INTEGER, tags VARCHAR[])'],
    ['maybe', '1', 'INTEGER'],
    ['newer', '1', 'INTEGER'],
    ['noted', '1', 'INTEGER'],
  ])('take and give %s', async (method, value, type) => {
    expect(
      await valueOf(
        `[${method}_eu(${value}) IS NOT DISTINCT FROM ${value}, ${method}_eu(NULL) IS NULL,
          typeof(${method}_eu(${value})) = '${type}']`,
      ),
    ).toEqual({ v: [true, true, true] });
  });

  it('take and give JSON as text where a hint says only dict or list', async () => {
    expect(await valueOf(`loose_eu('{"b": 1, "a": 2}')`)).toEqual({ v: '["a","b"]' });
  });

  it('give structs from instances and from tuples', async () => {
    expect(await valueOf('[made_eu(4), halved_eu(4)]')).toEqual({
      v: [
        { n: 4, t: '4' },
        { n: 2, t: 'half' },
      ],
    });
  });

  it('get a datetime for a timestamp', async () => {
    expect(await valueOf("kind_eu(TIMESTAMP '2024-01-02')")).toEqual({ v: 'datetime' });
  });

  it('belong each to their instance, with its configuration; defaults may be left out', async () => {
    expect(await valueOf('[scaled_eu(2.0), scaled_us(2.0), scaled_eu(2.0, 3)]')).toEqual({ v: [4, 6, 12] });
  });

  it('may be async, may be inherited, and read secrets', async () => {
    expect(await valueOf("[later_us('x'), inherited_eu(), secret_eu()]")).toEqual({
      v: ['x!', 'from the base', 'k'],
    });
  });

  it('cast what Python gives as literals are cast', async () => {
    expect(await valueOf('digits_eu()')).toEqual({ v: 12 });
    expect(await valueOf('number_eu()')).toEqual({ v: '12' });
  });

  it.each([
    [
      'fails_eu(1)',
      /^Invalid Input Error: Python exception occurred while executing the UDF: ValueError: no such unit/,
    ],
    ['big_eu()', /Python Conversion Failure: Value out of range for type INT/],
    ['words_eu()', /Failed to cast value: Could not convert string 'twelve' to INT32/],
    ['truth_eu()', /Type BOOLEAN does not match with INTEGER/],
    ['queries_eu()', /RuntimeError: db\.execute cannot be used inside a SQL function/],
    ['unhinted_eu()', /^Catalog Error: Scalar Function with name unhinted_eu does not exist/],
  ])('fail the query with a text that says why: %s', async (expression, text) => {
    await expect(valueOf(expression)).rejects.toThrow(text);
    expect(await valueOf('whole_eu(1)')).toEqual({ v: 1 });
  });

  it('know the caller on every thread of DuckDB, and nobody where there is none', async () => {
    const sql = 'SELECT DISTINCT who_eu(n::INTEGER) AS v FROM range(300000) t(n)';
    const as = (username: string) => ({
      principal: principalFromContext({ user_id: 'u', username }, 'cli', 'x'),
    });

    const [ada, bob, nobody] = await Promise.all([
      project.value('rows', { sql }, as('ada')),
      project.value('rows', { sql }, as('bob')),
      project.value('rows', { sql }),
    ]);

    expect(ada).toEqual([{ v: 'ada/ada/True' }]);
    expect(bob).toEqual([{ v: 'bob/bob/True' }]);
    expect(nobody).toEqual([{ v: 'None/None/False' }]);
  }, 60_000);

  it('fail when their worker is lost, and come back with the next', async () => {
    await expect(valueOf('leaves_eu()')).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(await valueOf('whole_eu(1)')).toEqual({ v: 1 });
  });

  it('are methods of instances that endpoints can call too', async () => {
    expect(await project.value('calls')).toEqual([['eu', 'us'], 2, 3, null]);
  });
});
