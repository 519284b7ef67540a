import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { sqlValues, taggedPlain } from '../../../../src/modules/execution/python/tagged-values.js';

const sqlValue = (value: JsonValue) => {
  const values = sqlValues([value]);
  return Array.isArray(values) ? (values[0] as unknown) : undefined;
};

describe('taggedPlain', () => {
  it('gives plain data itself', () => {
    const value = { a: [1, 'x', null, { b: true, $c: 1 }], d: {} };

    expect(taggedPlain(value)).toBe(value);
  });

  it('makes a map of an object that would read as a tag, at any depth', () => {
    expect(taggedPlain({ $date: '2024-01-31' })).toEqual({ $map: [['$date', '2024-01-31']] });
    expect(taggedPlain([{ a: { $: { $x: null } } }])).toEqual([
      { a: { $map: [['$', { $map: [['$x', null]] }]] } },
    ]);
  });
});

describe('sqlValues', () => {
  it('takes values by position, by name, or none', () => {
    expect(sqlValues([1, 'a'])).toEqual([1, 'a']);
    expect(sqlValues({ a: 1 })).toEqual({ a: 1 });
    expect(sqlValues(null)).toEqual([]);
  });

  it('keeps integers and makes other numbers doubles', () => {
    expect([5, 2n ** 90n, true, null].map(sqlValue)).toEqual([5, 2n ** 90n, true, null]);
    expect(sqlValue(1.5)).toEqual({ sql: 'double', value: 1.5 });
  });

  it.each([
    [{ $float: 5 }, { sql: 'double', value: 5 }],
    [{ $float: 'NaN' }, { sql: 'double', value: NaN }],
    [{ $float: '-Infinity' }, { sql: 'double', value: -Infinity }],
    [{ $decimal: '1.10' }, { sql: 'decimal', text: '1.10' }],
    [{ $date: '2024-01-31' }, { sql: 'date', text: '2024-01-31' }],
    [{ $time: '03:04:05.5' }, { sql: 'time', text: '03:04:05.5' }],
    [{ $datetime: '2024-01-31T03:04:05' }, { sql: 'timestamp', text: '2024-01-31T03:04:05' }],
    [{ $datetime: '2024-01-31T03:04:05+02:00' }, { sql: 'timestamptz', text: '2024-01-31T03:04:05+02:00' }],
    [{ $datetime: '2024-01-31T03:04:05-00:30' }, { sql: 'timestamptz', text: '2024-01-31T03:04:05-00:30' }],
    [{ $interval: [0, 1, 5] }, { sql: 'interval', months: 0, days: 1, micros: 5n }],
    [{ $interval: [0, 1, 2n ** 60n] }, { sql: 'interval', months: 0, days: 1, micros: 2n ** 60n }],
    [{ $bytes: 'AAE=' }, { sql: 'blob', bytes: Buffer.of(0, 1) }],
    [{ $uuid: 'f00d' }, { sql: 'uuid', text: 'f00d' }],
    [[1, { $float: 2 }], { sql: 'list', items: [1, { sql: 'double', value: 2 }] }],
    [
      { a: 1, b: null },
      {
        sql: 'struct',
        entries: [
          ['a', 1],
          ['b', null],
        ],
      },
    ],
    [
      {
        $map: [
          ['$x', 1],
          [2, 'b'],
          [{ $uuid: 'u' }, null],
        ],
      },
      {
        sql: 'struct',
        entries: [
          ['$x', 1],
          ['2', 'b'],
          ['u', null],
        ],
      },
    ],
    [{}, { sql: 'struct', entries: [] }],
  ] as [JsonValue, unknown][])('reads tagged value %#', (given, value) => {
    expect(sqlValue(given)).toEqual(value);
  });

  it.each([
    [{ $what: 1 }],
    [{ $what: 'x' }],
    [{ $date: 5 }],
    [{ $float: 'five' }],
    [{ $interval: [1] }],
    [{ $map: 3 }],
    [{ $map: [3] }],
  ] as [JsonValue][])('refuses %j as unreadable', (given) => {
    expect(() => sqlValue(given)).toThrow(/^Unreadable message/);
  });

  it('refuses parameters that are neither list nor object', () => {
    expect(() => sqlValues('x')).toThrow('Unreadable message');
  });
});
