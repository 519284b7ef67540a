import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { valueOutput, type Answer } from '../../../../src/common/domain/output.js';
import type { TypeName, TypeNode } from '../../../../src/common/domain/type-node.js';
import { structuredContent } from '../../../../src/common/domain/structured-content.js';
import { OutputInvalidError } from '../../../../src/common/errors/endpoint-errors.js';
import { compileOutput } from '../../../../src/modules/endpoints/schema/compile-output.js';
import { aNode } from '../../../builders/a-type-node.js';

function parsed(raw: JsonValue, returns: TypeNode | null, check = true): JsonValue {
  const output = compileOutput(returns, null, 'tool').parse(valueOutput(raw), check);
  return output.kind === 'value' ? output.value : null;
}

function failure(raw: JsonValue, returns: TypeNode, check = true): string {
  try {
    parsed(raw, returns, check);
  } catch (error) {
    if (error instanceof OutputInvalidError) return error.message;
    throw error;
  }
  return 'no failure';
}

const rowType = aNode('object', { properties: { a: aNode('integer') }, required: ['a'] });
const objects = aNode('array', { items: aNode('object') });

describe('shaping (endpoints.md §2.6)', () => {
  it.each<[string, JsonValue, TypeNode | null, JsonValue]>([
    ['no return', [{ a: 1 }], null, [{ a: 1 }]],
    ['array, none', [], objects, []],
    ['array, some', [{ a: 1 }, { a: 2 }], objects, [{ a: 1 }, { a: 2 }]],
    ['array without items', [{ a: 1 }], aNode('array'), [{ a: 1 }]],
    ['object', [{ a: 1 }], rowType, { a: 1 }],
    ['scalar', [{ v: 'x' }], aNode('string'), 'x'],
    ['scalar null', [{ v: null }], aNode('string'), null],
    ['scalar from a list of scalars', ['x'], aNode('string'), 'x'],
    [
      'scalar items from rows of one column (B10)',
      [{ n: 1 }, { n: null }],
      aNode('array', { items: aNode('integer') }),
      [1, null],
    ],
    ['array items from rows of one column', [{ l: [1] }], aNode('array', { items: aNode('array') }), [[1]]],
    ['what is no list', { a: 1 }, rowType, { a: 1 }],
  ])('%s', (_, raw, returns, expected) => {
    expect(parsed(raw, returns)).toEqual(expected);
  });

  it.each<[JsonValue, TypeName, string]>([
    [[], 'object', 'No results returned'],
    [[], 'string', 'No results returned'],
    [[{ a: 1 }, { a: 2 }], 'object', "Expected single result for return type 'object', but got 2 results"],
    [
      [{ a: 1 }, { a: 2 }, { a: 3 }],
      'integer',
      "Expected single result for return type 'integer', but got 3 results",
    ],
    [[{ a: 1, b: 2 }], 'string', "Expected single value for return type 'string', but got 2 values"],
  ])('%j as %s fails, checked or not', (raw, type, message) => {
    expect(failure(raw, aNode(type))).toBe(message);
    expect(failure(raw, aNode(type), false)).toBe(message);
  });

  it('leaves rows of several columns to the check', () => {
    const integers = aNode('array', { items: aNode('integer') });
    expect(failure([{ a: 1, b: 2 }], integers)).toBe(
      'Output validation failed: Array item 0: Expected integer, got dict',
    );
  });
});

describe('validation (endpoints.md §2.7)', () => {
  it.each<[JsonValue, TypeName, Partial<TypeNode>, string]>([
    [5, 'string', {}, 'Expected string, got int'],
    [true, 'number', {}, 'Expected number, got bool'],
    ['5', 'number', {}, 'Expected number, got str'],
    [5.5, 'integer', {}, 'Expected integer, got float'],
    [1, 'boolean', {}, 'Expected boolean, got int'],
    ['x', 'array', {}, 'Expected array, got str'],
    ['x', 'object', {}, 'Expected object, got str'],
    [2n ** 70n, 'string', {}, 'Expected string, got int'],
    ['a', 'string', { minLength: 2 }, 'String must be at least 2 characters long'],
    ['🦊', 'string', { minLength: 2 }, 'String must be at least 2 characters long'],
    ['abc', 'string', { maxLength: 2 }, 'String must be at most 2 characters long'],
    ['private', 'string', { format: 'email' }, 'Invalid email format'],
    ['private', 'string', { format: 'uri' }, 'Invalid URI format'],
    ['private', 'string', { format: 'duration' }, 'Invalid duration format'],
    [0, 'number', { minimum: 1 }, 'Value must be >= 1.0'],
    [2n ** 70n, 'integer', { maximum: 10 }, 'Value must be <= 10.0'],
    [{}, 'object', { required: ['a', 'b'] }, 'Missing required properties: a, b'],
    [{ x: 1 }, 'object', { additionalProperties: false }, 'Unexpected property: x'],
    [
      { a: [{ b: 'z' }] },
      'object',
      {
        properties: {
          a: aNode('array', { items: aNode('object', { properties: { b: aNode('integer') } }) }),
        },
      },
      "Property 'a': Array item 0: Property 'b': Expected integer, got str",
    ],
  ])('%o as %s', (raw, type, overrides, detail) => {
    expect(failure(raw, aNode(type, overrides))).toBe(`Output validation failed: ${detail}`);
  });

  it('counts items', () => {
    expect(failure([1], aNode('array', { minItems: 2 }))).toBe(
      'Output validation failed: Array must have at least 2 items',
    );
    expect(failure([1, 2, 3], aNode('array', { maxItems: 2 }))).toBe(
      'Output validation failed: Array must have at most 2 items',
    );
    expect(failure([{ a: 1 }, { b: 1 }], aNode('array', { items: rowType }))).toBe(
      'Output validation failed: Array item 1: Missing required properties: a',
    );
  });

  it.each<[JsonValue, TypeName, Partial<TypeNode>]>([
    ['ab', 'string', { minLength: 2, maxLength: 2 }],
    ['🦊🦊', 'string', { minLength: 2, maxLength: 2 }],
    [1, 'number', { minimum: 1, maximum: 1 }],
    [[1, 2], 'array', { minItems: 2, maxItems: 2 }],
  ])('takes what is just within the limits: %j as %s', (raw, type, overrides) => {
    expect(parsed(raw, aNode(type, overrides))).toEqual(raw);
  });

  it('counts a pair of surrogates as one character, and half a pair as one', () => {
    const pair = aNode('string', { maxLength: 1 });
    for (const text of ['🦊', '\ud800', '\udfff', '\u{10ffff}', '\u{10000}'])
      expect(parsed(text, pair)).toBe(text);
    for (const text of ['🦊x', '\ud800x', 'x\udc00', '\ue000\udc00', '\udc00\udc00']) {
      expect(failure(text, pair)).toContain('at most 1 characters');
    }
  });

  it('says where it looked last, after a list too', () => {
    const row = aNode('object', {
      properties: { a: aNode('array', { items: aNode('integer') }), b: aNode('integer') },
    });
    expect(failure([{ a: [1, 2], b: 'x' }], row)).toBe(
      "Output validation failed: Property 'b': Expected integer, got str",
    );
  });

  it('takes integral values as integers, with all their digits (B4)', () => {
    const row = aNode('object', { properties: { a: aNode('integer'), b: aNode('integer') } });
    const given = { a: 1e21, b: 5, c: 1.5 };
    expect(parsed([given], row)).toEqual({ a: 1000000000000000000000n, b: 5, c: 1.5 });
    expect(given.a).toBe(1e21);
    expect(parsed([{ n: 2n ** 100n }], aNode('integer'))).toBe(2n ** 100n);
    expect(parsed([{ n: 2n ** 100n }], aNode('number'))).toBe(2n ** 100n);
    expect(parsed([1, 1e20], aNode('array', { items: aNode('integer') }))).toEqual([
      1,
      100000000000000000000n,
    ]);
  });

  it('takes null everywhere, and what JSON has no number for as null', () => {
    expect(parsed([{ a: null }], rowType)).toEqual({ a: null });
    expect(parsed([null, { a: 1 }], aNode('array', { items: rowType }))).toEqual([null, { a: 1 }]);
    expect(parsed(null, rowType)).toBeNull();
    expect(parsed([{ a: NaN }], rowType)).toEqual({ a: null });
  });

  it('fills in nothing and drops nothing', () => {
    const row = aNode('object', {
      properties: { a: aNode('integer'), b: aNode('string', { default: 'x' }) },
    });
    expect(parsed([{ a: 1, z: 2 }], row)).toEqual({ a: 1, z: 2 });
  });

  it('does not look at enum, pattern, exclusive bounds, multipleOf, uniqueItems and date formats', () => {
    expect(parsed('z', aNode('string', { enum: ['a'], pattern: '^a' }))).toBe('z');
    expect(parsed(7, aNode('integer', { exclusiveMaximum: 1, exclusiveMinimum: 9, multipleOf: 5 }))).toBe(7);
    expect(parsed([1, 1], aNode('array', { uniqueItems: true }))).toEqual([1, 1]);
    for (const format of ['date', 'time', 'date-time', 'timestamp'] as const) {
      expect(parsed('whenever', aNode('string', { format }))).toBe('whenever');
    }
  });

  it('takes durations as an INTERVAL prints them', () => {
    for (const text of ['P1DT0H0M0S', 'P-1DT21H0M0S', 'P0DT0H0M0.5S']) {
      expect(parsed(text, aNode('string', { format: 'duration' }))).toBe(text);
    }
  });

  it('can be skipped, shaping cannot', () => {
    expect(parsed([{ a: 'x' }], rowType, false)).toEqual({ a: 'x' });
  });
});

describe('what passes as it is', () => {
  const content: Answer = { kind: 'content', blocks: [{ type: 'text', text: 'x' }] };

  it('MCP content of an endpoint without return, and of a resource', () => {
    expect(compileOutput(null, null, 'tool').parse(content, true)).toBe(content);
    expect(compileOutput(rowType, null, 'resource').parse(content, true)).toBe(content);
  });

  it('but not MCP content of a tool whose return says what clients may rely on', () => {
    expect(() => compileOutput(rowType, null, 'tool').parse(content, true)).toThrow(
      'Expected object, got MCP content; leave out `return` to send it',
    );
  });

  it('the messages of a prompt, whose return is unused', () => {
    const messages = valueOutput([{ prompt: 'x' }]);
    const output = compileOutput(aNode('integer'), null, 'prompt');
    expect(output.parse(messages, true)).toBe(messages);
    expect(output.schema).toBeNull();
  });

  it('a result that needs no change, without a copy', () => {
    const rows = valueOutput([{ a: 1 }]);
    expect(compileOutput(aNode('array', { items: rowType }), null, 'tool').parse(rows, true)).toBe(rows);
  });
});

describe('structuredContent', () => {
  it('wraps arrays and scalars and takes objects as they are', () => {
    expect(structuredContent([1], aNode('array'))).toEqual({ result: [1] });
    expect(structuredContent(null, aNode('string'))).toEqual({ result: null });
    expect(structuredContent({ a: 1 }, aNode('object'))).toEqual({ a: 1 });
    expect(structuredContent(null, aNode('object'))).toEqual({});
  });
});
