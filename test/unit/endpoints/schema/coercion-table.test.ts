import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/common/domain/json.js';
import type { TypeName } from '../../../../src/common/domain/type-node.js';
import { aNode } from '../../../builders/a-type-node.js';
import { coerced, refusals } from './coerced.js';

const anything = { properties: { a: aNode('integer'), b: aNode('string', { default: 'd' }) } };

describe('the coercion table (endpoints.md §2.2)', () => {
  it.each<[TypeName, JsonValue, JsonValue]>([
    ['string', 'a', 'a'],
    ['string', '', ''],
    ['string', 5, '5'],
    ['string', 1.5, '1.5'],
    ['string', 1e-7, '1e-07'],
    ['string', 12345678901234567890n, '12345678901234567890'],
    ['string', true, 'true'],
    ['string', false, 'false'],
    ['string', null, null],
    ['string', '[1]', '[1]'],
    ['string', '{"a":1}', '{"a":1}'],
    ['string', 'null', 'null'],
    ['integer', 5, 5],
    ['integer', '5', 5],
    ['integer', ' 12 ', 12],
    ['integer', '-7', -7],
    ['integer', '+7', 7],
    ['integer', '1_000', 1000],
    ['integer', '1.0', 1],
    ['integer', '10.', 10],
    ['integer', '9007199254740993', 9007199254740993n],
    ['integer', '-170141183460469231731687303715884105728', -170141183460469231731687303715884105728n],
    ['integer', 170141183460469231731687303715884105727n, 170141183460469231731687303715884105727n],
    ['integer', 1e20, 100000000000000000000n],
    ['integer', true, 1],
    ['integer', false, 0],
    ['integer', null, null],
    ['number', 5, 5],
    ['number', 2.5, 2.5],
    ['number', '25e-1', 2.5],
    ['number', '.5', 0.5],
    ['number', ' 7 ', 7],
    ['number', '1_000.5', 1000.5],
    ['number', 'NaN', NaN],
    ['number', 'inf', Infinity],
    ['number', '-Infinity', -Infinity],
    ['number', 9007199254740993n, 9007199254740992],
    ['number', true, 1],
    ['number', null, null],
    ['boolean', true, true],
    ['boolean', 0, false],
    ['boolean', 1, true],
    ...['true', 'TRUE', 'yes', 'On', 't', 'y', '1'].map((text): [TypeName, string, boolean] => [
      'boolean',
      text,
      true,
    ]),
    ...['false', 'No', 'OFF', 'f', 'n', '0'].map((text): [TypeName, string, boolean] => [
      'boolean',
      text,
      false,
    ]),
    ['boolean', null, null],
    ['array', [1, 'a', null], [1, 'a', null]],
    ['array', '[1, "a", [null]]', [1, 'a', [null]]],
    ['array', '[9007199254740993]', [9007199254740993n]],
    ['object', { k: [1] }, { k: [1] }],
    ['object', '{"k": {"l": 1}}', { k: { l: 1 } }],
  ])('%s takes %o as %o', (type, given, expected) => {
    expect(coerced(given, type)).toEqual(expected);
  });

  it.each<[TypeName, JsonValue, string, string]>([
    ['string', [1], 'Input should be a valid string', 'Expected string, got list'],
    ['string', { a: 1 }, 'Input should be a valid string', 'Expected string, got dict'],
    [
      'integer',
      'abc',
      'Input should be a valid integer, unable to parse string as an integer',
      'Expected integer, got str',
    ],
    [
      'integer',
      '',
      'Input should be a valid integer, unable to parse string as an integer',
      'Expected integer, got str',
    ],
    [
      'integer',
      '1.5',
      'Input should be a valid integer, unable to parse string as an integer',
      'Expected integer, got str',
    ],
    [
      'integer',
      1.5,
      'Input should be a valid integer, got a number with a fractional part',
      'Expected integer, got float',
    ],
    ['integer', Infinity, 'Input should be a finite number', 'Expected integer, got float'],
    [
      'integer',
      '9'.repeat(5000),
      'Unable to parse input string as an integer, exceeded maximum size',
      'Expected integer, got str',
    ],
    ['integer', [], 'Input should be a valid integer', 'Expected integer, got list'],
    [
      'number',
      'lots',
      'Input should be a valid number, unable to parse string as a number',
      'Expected number, got str',
    ],
    [
      'number',
      '',
      'Input should be a valid number, unable to parse string as a number',
      'Expected number, got str',
    ],
    [
      'number',
      '0x10',
      'Input should be a valid number, unable to parse string as a number',
      'Expected number, got str',
    ],
    ['number', {}, 'Input should be a valid number', 'Expected number, got dict'],
    [
      'boolean',
      'maybe',
      'Input should be a valid boolean, unable to interpret input',
      'Expected boolean, got str',
    ],
    ['boolean', 2, 'Input should be a valid boolean, unable to interpret input', 'Expected boolean, got int'],
    ['boolean', [], 'Input should be a valid boolean', 'Expected boolean, got list'],
    ['array', null, 'Input should be a valid list', 'Expected array, got null'],
    ['array', 5, 'Input should be a valid list', 'Expected array, got integer'],
    ['array', '5', 'Input should be a valid list', 'Expected array, got integer'],
    ['array', '{"a":1}', 'Input should be a valid list', 'Expected array, got object'],
    ['array', '1;2', 'Input should be a valid list', 'Invalid JSON array: 1;2'],
    ['object', null, 'Input should be a valid dictionary', 'Expected object, got null'],
    ['object', [1], 'Input should be a valid dictionary', 'Expected object, got array'],
    ['object', '[1]', 'Input should be a valid dictionary', 'Expected object, got array'],
    ['object', '{nope', 'Input should be a valid dictionary', 'Invalid JSON object: {nope'],
  ])('%s refuses %o', (type, given, phrase, detail) => {
    expect(refusals(given, type)).toEqual([
      { path: ['x'], phrase, message: `Error validating parameter 'x': ${detail}` },
    ]);
  });

  it('takes null for an array or object whose default is null, also as JSON text', () => {
    for (const type of ['array', 'object'] as const) {
      expect(coerced(null, type, { default: null })).toBeNull();
      expect(coerced('null', type, { default: null })).toBeNull();
    }
  });

  it('takes null for a string with a length or a pattern (B21)', () => {
    expect(coerced(null, 'string', { minLength: 3, pattern: '^a' })).toBeNull();
    expect(coerced(null, 'integer', { minimum: 3, multipleOf: 2 })).toBeNull();
  });

  it('coerces items and takes null ones', () => {
    expect(coerced(['1', null, 2], 'array', { items: aNode('integer') })).toEqual([1, null, 2]);
  });

  it('coerces declared properties, fills in absent ones and keeps the rest', () => {
    expect(coerced({ z: 'kept', a: '3' }, 'object', anything)).toEqual({ a: 3, b: 'd', z: 'kept' });
    expect(coerced({}, 'object', anything)).toEqual({ a: null, b: 'd' });
    expect(coerced({ a: null, b: null }, 'object', { ...anything, required: ['a'] })).toEqual({
      a: null,
      b: null,
    });
  });

  it('puts declared properties first, in the order of the definition', () => {
    const value = coerced({ z: 1, b: 'x', a: 1 }, 'object', anything) as JsonObject;
    expect(Object.keys(value)).toEqual(['a', 'b', 'z']);
  });

  it('reads JSON text at any depth', () => {
    const node = { properties: { list: aNode('array', { items: aNode('integer') }) } };
    expect(coerced({ list: '["7"]' }, 'object', node)).toEqual({ list: [7] });
  });

  it('keeps prototype keys as ordinary data', () => {
    const text = '{"__proto__": {"polluted": 1}, "constructor": 2, "a": 1}';
    for (const node of [anything, {}]) {
      const value = coerced(text, 'object', node) as JsonObject;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toEqual({ polluted: 1 });
      expect(value['constructor']).toBe(2);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });

  it('survives deep values, deep types and long texts', () => {
    expect(coerced('['.repeat(100) + ']'.repeat(100), 'array')).toBeInstanceOf(Array);
    expect(refusals('['.repeat(1_000_000), 'array')).toHaveLength(1);
    expect(refusals(`${'['.repeat(200_000)}9007199254740993${']'.repeat(200_000)}`, 'array')).toHaveLength(1);
    const long = 'x'.repeat(1 << 20);
    expect(coerced(long, 'string', { maxLength: 1 << 20, pattern: 'x$' })).toBe(long);
    let node = aNode('object', { default: {} });
    let value: JsonValue = {};
    for (let level = 0; level < 100; level += 1) {
      node = aNode('object', { properties: { k: node }, default: {} });
      value = { k: value };
    }
    expect(coerced(value, 'object', node)).toEqual(value);
  });
});
