import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/common/domain/json.js';
import type { TypeName, TypeNode } from '../../../../src/common/domain/type-node.js';
import { InputInvalidError, type InputProblem } from '../../../../src/common/errors/endpoint-errors.js';
import { compileInput } from '../../../../src/modules/endpoints/schema/compile-input.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

/** The value that parameter `x` of this type becomes. */
function coerced(value: JsonValue, type: TypeName, overrides: Partial<TypeNode> = {}): JsonValue | undefined {
  return compileInput([aParameter('x', type, overrides)]).parse({ x: value }, 'refuse')['x'];
}

function refusals(
  value: JsonValue,
  type: TypeName,
  overrides: Partial<TypeNode> = {},
): readonly InputProblem[] {
  try {
    compileInput([aParameter('x', type, overrides)]).parse({ x: value }, 'refuse');
  } catch (error) {
    if (error instanceof InputInvalidError) return error.problems;
    throw error;
  }
  return [];
}

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
    ...['true', 'TRUE', 'yes', 'On', 't', 'y', '1'].map((text): [TypeName, string, boolean] => ['boolean', text, true]),
    ...['false', 'No', 'OFF', 'f', 'n', '0'].map((text): [TypeName, string, boolean] => ['boolean', text, false]),
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
    expect(coerced({ a: null, b: null }, 'object', { ...anything, required: ['a'] })).toEqual({ a: null, b: null });
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

describe('constraints', () => {
  it.each<[TypeName, JsonValue, Partial<TypeNode>, string, string]>([
    ['integer', 0, { minimum: 1 }, 'Input should be greater than or equal to 1', 'Value must be >= 1.0'],
    ['integer', 105, { maximum: 100 }, 'Input should be less than or equal to 100', 'Value must be <= 100.0'],
    ['number', 0, { exclusiveMinimum: 0 }, 'Input should be greater than 0', 'Value must be > 0.0'],
    ['number', 10, { exclusiveMaximum: 10 }, 'Input should be less than 10', 'Value must be < 10.0'],
    ['integer', 12, { multipleOf: 5 }, 'Input should be a multiple of 5', 'Value must be multiple of 5.0'],
    ['number', 0.35, { multipleOf: 0.1 }, 'Input should be a multiple of 0.1', 'Value must be multiple of 0.1'],
    [
      'integer',
      9007199254740995n,
      { multipleOf: 2 },
      'Input should be a multiple of 2',
      'Value must be multiple of 2.0',
    ],
    [
      'integer',
      2n ** 64n,
      { maximum: 100 },
      'Input should be less than or equal to 100',
      'Value must be <= 100.0',
    ],
    ['number', NaN, { minimum: 0 }, 'Input should be greater than or equal to 0', 'Value must be >= 0.0'],
    [
      'string',
      'a',
      { minLength: 2 },
      'String should have at least 2 characters',
      'String must be at least 2 characters long',
    ],
    [
      'string',
      '',
      { minLength: 1 },
      'String should have at least 1 character',
      'String must be at least 1 characters long',
    ],
    [
      'string',
      'abcdefgh',
      { maxLength: 6 },
      'String should have at most 6 characters',
      'String must be at most 6 characters long',
    ],
    ['string', 'zz', { pattern: '^[A-Z]+$' }, "String should match pattern '^[A-Z]+$'", "String must match pattern '^[A-Z]+$'"],
    [
      'array',
      [],
      { minItems: 1 },
      'List should have at least 1 item after validation, not 0',
      'Array must have at least 1 items',
    ],
    [
      'array',
      [1, 2, 3],
      { maxItems: 2 },
      'List should have at most 2 items after validation, not 3',
      'Array must have at most 2 items',
    ],
    ['array', [1, '1'], { uniqueItems: true }, 'Array must contain unique items', 'Array must contain unique items'],
    ['string', 'nope', { format: 'email' }, 'Invalid email format: nope', 'Invalid email format: nope'],
  ])('%s refuses %o under %o', (type, value, constraint, phrase, detail) => {
    expect(refusals(value, type, constraint)).toEqual([
      { path: ['x'], phrase, message: `Error validating parameter 'x': ${detail}` },
    ]);
  });

  it.each<[TypeName, JsonValue, Partial<TypeNode>]>([
    ['number', 0.3, { multipleOf: 0.1 }],
    ['number', 0.1 + 0.2, { multipleOf: 0.1 }],
    ['number', 1e15, { multipleOf: 0.01 }],
    ['integer', 9007199254740994n, { multipleOf: 2 }],
    ['integer', 9007199254740993n, { multipleOf: 0.5 }],
    ['integer', -10, { multipleOf: 5 }],
    ['string', '🦊🦊', { minLength: 2, maxLength: 2 }],
    ['string', 'xABx', { pattern: 'AB' }],
    ['array', [{ a: 1 }, { a: 2 }], { uniqueItems: true }],
  ])('%s takes %o under %o', (type, value, constraint) => {
    expect(coerced(value, type, constraint)).toEqual(value);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(refusals('🦊', 'string', { minLength: 2 })).toHaveLength(1);
    expect(refusals('🦊🦊🦊', 'string', { maxLength: 2 })).toHaveLength(1);
  });

  it('checks lengths beside formats, on the text as given', () => {
    expect(refusals('2024-01-31', 'string', { format: 'date', maxLength: 9 })[0]?.phrase).toBe(
      'String should have at most 9 characters',
    );
  });

  it('finds every problem, with its path', () => {
    const line = aNode('object', {
      properties: { sku: aNode('string'), qty: aNode('integer', { minimum: 1 }) },
      required: ['sku', 'qty'],
      additionalProperties: false,
    });
    const found = refusals([{ sku: 'a', qty: 0 }, { extra: 1 }], 'array', { items: line, minItems: 3 });
    expect(found.map(({ path, phrase }) => `${path.join('.')}: ${phrase}`)).toEqual([
      'x: List should have at least 3 items after validation, not 2',
      'x.0.qty: Input should be greater than or equal to 1',
      'x.1.sku: Field required',
      'x.1.qty: Field required',
      'x.1.extra: Extra inputs are not permitted',
    ]);
    expect(found.slice(2).map(({ message }) => message)).toEqual([
      "Error validating parameter 'x': Missing required properties: sku, qty",
      "Error validating parameter 'x': Missing required properties: sku, qty",
      "Error validating parameter 'x': Unexpected property: extra",
    ]);
  });

  it('stops collecting after a hundred problems', () => {
    const found = refusals(Array<JsonValue>(10_000).fill('z'), 'array', { items: aNode('integer') });
    expect(found).toHaveLength(100);
  });

  it('repeats nothing of a sensitive value, and little of a long one', () => {
    const texts = (overrides: Partial<TypeNode>, value: string, type: TypeName = 'string') =>
      JSON.stringify(refusals(value, type, overrides));
    for (const format of ['email', 'date', 'time', 'date-time', 'timestamp', 'uri', 'duration'] as const) {
      expect(texts({ sensitive: true, format }, 'hunter2')).not.toContain('hunter2');
      expect(texts({ sensitive: true, format }, '2024-01-31hunter2')).not.toContain('hunter2');
    }
    expect(texts({ sensitive: true }, '{hunter2', 'object')).not.toContain('hunter2');
    const inherited = { sensitive: true, items: aNode('string', { format: 'email' }) };
    expect(texts(inherited, '["hunter2"]', 'array')).not.toContain('hunter2');
    expect(texts({}, 'x'.repeat(100_000), 'array').length).toBeLessThan(500);
  });
});

describe('enum', () => {
  const words = { enum: ['a', 'b'] };

  it('names the choices in the words scripts match', () => {
    const message = "Invalid value for x. Must be one of: ['a', 'b']";
    expect(refusals('c', 'string', words)).toEqual([{ path: ['x'], phrase: message, message }]);
    expect(refusals(9, 'number', { enum: [1, 1.5, null, true, 'it\'s'] })[0]?.message).toBe(
      'Invalid value for x. Must be one of: [1, 1.5, None, True, "it\'s"]',
    );
  });

  it('is compared after conversion', () => {
    expect(coerced('2', 'integer', { enum: [1, 2] })).toBe(2);
    expect(coerced(1, 'string', { enum: [1, 2] })).toBe('1');
    expect(coerced('2024-1-5', 'string', { format: 'date', enum: ['2024-01-05'] })).toBe('2024-01-05');
    expect(coerced('yes', 'boolean', { enum: [true] })).toBe(true);
    expect(coerced('{"k":[1]}', 'object', { enum: [{ k: [1] }] })).toEqual({ k: [1] });
    expect(refusals({ k: [2] }, 'object', { enum: [{ k: [1] }] })).toHaveLength(1);
  });

  it('takes null only when it is listed or the default (B6)', () => {
    expect(refusals(null, 'string', words)[0]?.message).toContain('Must be one of');
    expect(coerced(null, 'string', { ...words, default: null })).toBeNull();
    expect(coerced(null, 'string', { enum: ['a', null] })).toBeNull();
  });

  it('is checked in items and properties, where null passes', () => {
    const list = { items: aNode('string', words) };
    expect(refusals(['a', 'c'], 'array', list)[0]).toMatchObject({
      path: ['x', 1],
      message: "Invalid value for x.1. Must be one of: ['a', 'b']",
    });
    expect(coerced([null, 'b'], 'array', list)).toEqual([null, 'b']);
    expect(coerced({}, 'object', { properties: { p: aNode('string', words) } })).toEqual({ p: null });
  });

  it('of strings alone makes the pattern moot', () => {
    expect(coerced('a', 'string', { ...words, pattern: '^z' })).toBe('a');
    expect(refusals('a', 'string', { ...words, minLength: 2 })).toHaveLength(1);
  });
});
