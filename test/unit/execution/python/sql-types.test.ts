import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { sqlFunctionOf, typedValues } from '../../../../src/modules/execution/python/sql-types.js';

const functionOf = (returns: JsonValue) => sqlFunctionOf({ name: 'f', parameters: [], returns });

describe('sqlFunctionOf', () => {
  it.each([
    [{ name: 'VARCHAR' }],
    [{ name: 'DECIMAL', width: 18, scale: 3 }],
    [{ name: 'LIST', items: { name: 'INTEGER' } }],
    [
      {
        name: 'STRUCT',
        fields: [
          ['a', { name: 'DATE' }],
          ['b', { name: 'LIST', items: { name: 'BLOB' } }],
        ],
      },
    ],
    [{ name: 'MAP', key: { name: 'VARCHAR' }, value: { name: 'DOUBLE' } }],
  ] as [JsonValue][])('reads the type %j', (type) => {
    expect(functionOf(type)).toEqual({ name: 'f', parameters: [], returns: type });
  });

  it('reads parameters in their order and leaves out what is not needed', () => {
    const message = {
      name: 'f_p',
      method: 'f',
      plugin: 'p',
      parameters: [{ name: 'BIGINT' }, { name: 'BOOLEAN' }],
      returns: { name: 'TIME' },
    };

    expect(sqlFunctionOf(message)).toEqual({
      name: 'f_p',
      parameters: [{ name: 'BIGINT' }, { name: 'BOOLEAN' }],
      returns: { name: 'TIME' },
    });
  });

  it.each([
    [{ name: 'PURPLE' }],
    [{ name: 'LIST' }],
    [{ name: 'DECIMAL', width: 18 }],
    [{ name: 'STRUCT', fields: [['a']] }],
    [5],
  ] as [JsonValue][])('finds %j unreadable', (type) => {
    expect(() => functionOf(type)).toThrow('Unreadable message');
  });
});

describe('typedValues', () => {
  it('gives values as they are, and no objects', () => {
    const values = [null, true, 1, 2n ** 80n, 'x', [1, [null]]];

    expect(typedValues({ values }, 'values')).toEqual(values);
    expect(() => typedValues({ values: [[{ a: 1 }]] }, 'values')).toThrow('Unreadable message');
  });
});
