import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import {
  pythonFloat,
  pythonRepr,
  pythonText,
  pythonTypeName,
} from '../../../../src/modules/endpoints/schema/python-text.js';

describe('values in Python notation', () => {
  it.each<[number, string]>([
    [5, '5.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [-2.5, '-2.5'],
    [1e6, '1000000.0'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e16, '1e+16'],
    [1e15, '1000000000000000.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e300, '1e+300'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('float %d', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  it.each<[JsonValue, string]>([
    [['small', 'medium'], "['small', 'medium']"],
    [[1, 1.5, null, true, false], '[1, 1.5, None, True, False]'],
    ["it's", `"it's"`],
    [`it's "x"`, `'it\\'s "x"'`],
    ['a\\\n\t\u0001é', `'a\\\\\\n\\t\\x01é'`],
    [{ k: [1], l: {} }, `{'k': [1], 'l': {}}`],
    [2n ** 70n, '1180591620717411303424'],
  ])('repr %#', (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });

  it('text leaves strings alone', () => {
    expect(pythonText("it's")).toBe("it's");
    expect(pythonText(['a'])).toBe("['a']");
  });

  it('names types', () => {
    const values: JsonValue[] = [null, 's', true, 1, 2n ** 70n, 1.5, 1e20, [], {}];
    expect(values.map(pythonTypeName)).toEqual([
      'NoneType',
      'str',
      'bool',
      'int',
      'int',
      'float',
      'float',
      'list',
      'dict',
    ]);
  });
});
