import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import type { TypeName, TypeNode } from '../../../../src/common/domain/type-node.js';
import { aNode } from '../../../builders/a-type-node.js';
import { coerced, refusals } from './coerced.js';

describe('constraints', () => {
  it.each<[TypeName, JsonValue, Partial<TypeNode>, string, string]>([
    ['integer', 0, { minimum: 1 }, 'Input should be greater than or equal to 1', 'Value must be >= 1.0'],
    ['integer', 105, { maximum: 100 }, 'Input should be less than or equal to 100', 'Value must be <= 100.0'],
    ['number', 0, { exclusiveMinimum: 0 }, 'Input should be greater than 0', 'Value must be > 0.0'],
    ['number', 10, { exclusiveMaximum: 10 }, 'Input should be less than 10', 'Value must be < 10.0'],
    ['integer', 12, { multipleOf: 5 }, 'Input should be a multiple of 5', 'Value must be multiple of 5.0'],
    [
      'number',
      0.35,
      { multipleOf: 0.1 },
      'Input should be a multiple of 0.1',
      'Value must be multiple of 0.1',
    ],
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
    [
      'string',
      'zz',
      { pattern: '^[A-Z]+$' },
      "String should match pattern '^[A-Z]+$'",
      "String must match pattern '^[A-Z]+$'",
    ],
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
    [
      'array',
      [1, '1'],
      { uniqueItems: true },
      'Array must contain unique items',
      'Array must contain unique items',
    ],
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
    ['integer', 9007199254741000n, { multipleOf: 1000 }],
    ['integer', 9007199254740995n, { multipleOf: 2.5 }],
    ['string', '🦊🦊', { minLength: 2, maxLength: 2 }],
    ['string', 'ab', { minLength: 2, maxLength: 2 }],
    ['string', '\ud800\udc00', { maxLength: 1 }],
    ['string', '\udbff\udfff', { maxLength: 1 }],
    ['string', 'xABx', { pattern: 'AB' }],
    ['number', 2.5, { minimum: 2.5, maximum: 2.5 }],
    ['array', [1, 2], { minItems: 2, maxItems: 2 }],
    ['array', [{ a: 1 }, { a: 2 }], { uniqueItems: true }],
  ])('%s takes %o under %o', (type, value, constraint) => {
    expect(coerced(value, type, constraint)).toEqual(value);
  });

  it.each<[JsonValue, number]>([
    [1e15 + 1, 2],
    [9007199254740995n, 10],
    [9007199254740996n, 2.5],
  ])('takes a large integer for a multiple by its last digit: not %o of %o', (value, multipleOf) => {
    expect(refusals(value, 'integer', { multipleOf })).toHaveLength(1);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(refusals('🦊', 'string', { minLength: 2 })).toHaveLength(1);
    expect(refusals('🦊🦊🦊', 'string', { maxLength: 2 })).toHaveLength(1);
    for (const apart of ['\ud800x', 'x\udc00', '\ue000\udc00', '\udc00\udc00']) {
      expect(refusals(apart, 'string', { maxLength: 1 })).toHaveLength(1);
    }
  });

  it('checks lengths beside formats, on the text as given', () => {
    expect(refusals('2024-01-31', 'string', { format: 'date', maxLength: 9 })[0]?.phrase).toBe(
      'String should have at most 9 characters',
    );
  });

  it('lets a pattern judge beside an enum that is not of strings alone, and not beside one that is', () => {
    expect(refusals('b', 'string', { pattern: '^a', enum: ['b', 2] })).toHaveLength(1);
    expect(refusals('b', 'string', { pattern: '^a', enum: [] })).toHaveLength(1);
    expect(coerced('b', 'string', { pattern: '^a', enum: ['b'] })).toBe('b');
  });

  it('does not let a text pass that breaks the first of its constraints only', () => {
    expect(refusals('A', 'string', { minLength: 2, pattern: '^A' })).toHaveLength(1);
    expect(refusals('Aa', 'string', { maxLength: 1, pattern: '^A', format: 'email' })).toHaveLength(1);
  });

  it('does not ask for a required property that has a default', () => {
    const properties = { a: aNode('integer', { default: 3 }), b: aNode('integer') };
    expect(coerced({ b: 1 }, 'object', { properties, required: ['a', 'b'] })).toEqual({ a: 3, b: 1 });
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
    const texts = (overrides: Partial<TypeNode>, value: JsonValue, type: TypeName = 'string') =>
      JSON.stringify(refusals(value, type, overrides));
    for (const format of ['email', 'date', 'time', 'date-time', 'timestamp', 'uri', 'duration'] as const) {
      expect(texts({ sensitive: true, format }, 'hunter2')).not.toContain('hunter2');
      expect(texts({ sensitive: true, format }, '2024-01-31hunter2')).not.toContain('hunter2');
    }
    expect(texts({ sensitive: true }, '{hunter2', 'object')).not.toContain('hunter2');
    const inherited = { sensitive: true, items: aNode('string', { format: 'email' }) };
    expect(texts(inherited, '["hunter2"]', 'array')).not.toContain('hunter2');
    expect(texts({ sensitive: true }, '[hunter2', 'array')).not.toContain('hunter2');
    expect(texts({ sensitive: true }, '{hunter2', 'object')).not.toContain('hunter2');
    for (const type of ['array', 'object'] as const) {
      const below = { sensitive: true, items: aNode(type) };
      expect(texts(below, ['[hunter2'], 'array')).not.toContain('hunter2');
    }
    expect(texts({ items: aNode('string', { format: 'email' }) }, ['nope'], 'array')).toContain('nope');
    expect(texts({}, 'x'.repeat(100_000), 'array').length).toBeLessThan(500);
  });
});

describe('enum', () => {
  const words = { enum: ['a', 'b'] };

  it('names the choices in the words scripts match', () => {
    const message = "Invalid value for x. Must be one of: ['a', 'b']";
    expect(refusals('c', 'string', words)).toEqual([{ path: ['x'], phrase: message, message }]);
    expect(refusals(9, 'number', { enum: [1, 1.5, null, true, "it's"] })[0]?.message).toBe(
      'Invalid value for x. Must be one of: [1, 1.5, None, True, "it\'s"]',
    );
  });

  it('is compared after conversion', () => {
    expect(coerced('2', 'integer', { enum: [1, 2] })).toBe(2);
    expect(coerced(1, 'string', { enum: [1, 2] })).toBe('1');
    expect(coerced('2024-1-5', 'string', { format: 'date', enum: ['2024-01-05'] })).toBe('2024-01-05');
    expect(coerced('2024-01-05', 'string', { format: 'date', enum: ['2024-1-5'] })).toBe('2024-01-05');
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
