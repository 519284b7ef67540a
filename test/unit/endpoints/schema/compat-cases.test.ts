import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/common/domain/json.js';
import type { Parameter } from '../../../../src/common/domain/type-node.js';
import { InputInvalidError } from '../../../../src/common/errors/endpoint-errors.js';
import { compileInput } from '../../../../src/modules/endpoints/schema/compile-input.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

/*
 * The calls of the compatibility projects 01-kiosk, 02-types, 11-prompts and 29-protocol, as the command
 * line and MCP clients make them: what the endpoint's code receives, or the recorded message.
 */

const tools: Readonly<Record<string, readonly Parameter[]>> = {
  add: [aParameter('a', 'integer'), aParameter('b', 'integer', { default: 10 })],
  greet: [aParameter('who', 'string', { examples: ['Nora', 'Igor'] })],
  echo_list: [aParameter('tags', 'array', { items: aNode('string') })],
  bag: [aParameter('bag', 'object')],
  coded: [aParameter('code', 'string', { pattern: '^[A-Z]{2}-[0-9]{3}$', examples: ['AB-123'] })],
  members: [aParameter('names', 'array', { items: aNode('string') })],
  numbers: [
    aParameter('xs', 'array', { items: aNode('number'), minItems: 2, maxItems: 4, uniqueItems: true }),
  ],
  optional: [
    aParameter('s', 'string', { default: 'none' }),
    aParameter('i', 'integer', { default: 3 }),
    aParameter('n', 'number', { default: 2.5 }),
    aParameter('b', 'boolean', { default: true }),
    aParameter('l', 'array', { items: aNode('integer'), default: [1, 2] }),
    aParameter('z', 'string', { default: null }),
  ],
  order: [
    aParameter('order', 'object', {
      properties: {
        customer: aNode('string'),
        express: aNode('boolean', { default: false }),
        address: aNode('object', {
          properties: { city: aNode('string'), zip: aNode('string') },
          required: ['city'],
        }),
        lines: aNode('array', {
          minItems: 1,
          items: aNode('object', {
            properties: { sku: aNode('string'), qty: aNode('integer', { minimum: 1 }) },
            required: ['sku', 'qty'],
          }),
        }),
      },
      required: ['customer', 'lines'],
      additionalProperties: false,
    }),
  ],
  pick: [
    aParameter('size', 'string', { enum: ['small', 'medium', 'large'], default: 'medium' }),
    aParameter('level', 'integer', { enum: [1, 2, 3], default: 1 }),
  ],
  scalars: [
    aParameter('s', 'string', { minLength: 2, maxLength: 6 }),
    aParameter('i', 'integer', { minimum: 1, maximum: 100, multipleOf: 5 }),
    aParameter('n', 'number', { exclusiveMinimum: 0, exclusiveMaximum: 10 }),
    aParameter('b', 'boolean'),
  ],
  review: [
    aParameter('text', 'string'),
    aParameter('tone', 'string', { enum: ['kind', 'harsh'], default: 'kind' }),
    aParameter('points', 'array', { items: aNode('string'), default: [] }),
    aParameter('strict', 'boolean', { default: false }),
  ],
  class_param: [aParameter('class', 'string'), aParameter('_hidden', 'string', { default: 'h' })],
  dated_default: [aParameter('d', 'string', { format: 'date', default: '2024-01-31' })],
  null_enum: [aParameter('c', 'string', { enum: ['a', 'b'], default: null })],
};

const good = { s: 'abcd', i: '10', n: '2.5', b: 'true' };
const taken = { s: 'abcd', i: 10, n: 2.5, b: true };
const ordered = {
  order: {
    customer: 'Ines',
    express: false,
    address: { city: 'Faro', zip: null },
    lines: [{ sku: 'A', qty: 4 }],
  },
};

function outcome(tool: string, given: JsonObject, unknown: 'drop' | 'refuse'): JsonValue {
  try {
    return compileInput(tools[tool] ?? []).parse(given, unknown);
  } catch (error) {
    if (error instanceof InputInvalidError) return error.message;
    throw error;
  }
}

describe('calls from the command line', () => {
  it.each<[string, string, JsonObject, JsonValue]>([
    ['01.greet', 'greet', { who: 'Nora' }, { who: 'Nora' }],
    ['01.add-default', 'add', { a: '5' }, { a: 5, b: 10 }],
    ['01.add-both', 'add', { a: '-7', b: '3' }, { a: -7, b: 3 }],
    ['01.empty-string', 'greet', { who: '' }, { who: '' }],
    ['01.file-param', 'echo_list', { tags: ['red', 'blue'] }, { tags: ['red', 'blue'] }],
    ['01.json-text-param', 'echo_list', { tags: '["x","y","x"]' }, { tags: ['x', 'y', 'x'] }],
    ['01.missing-param', 'add', {}, 'Required parameter missing: a'],
    ['01.unknown-param', 'add', { a: '1', zz: '2' }, 'Unknown parameter: zz'],
    ['01.bad-integer', 'add', { a: 'four' }, "Error validating parameter 'a': Expected integer, got str"],
    ['01.fraction-integer', 'add', { a: '1.5' }, "Error validating parameter 'a': Expected integer, got str"],
    ['01.padded-integer', 'add', { a: ' 12 ' }, { a: 12, b: 10 }],
    ['02.scalars', 'scalars', good, taken],
    ['02.bool-false', 'scalars', { ...good, b: 'false' }, { ...taken, b: false }],
    ['02.bool-TRUE', 'scalars', { ...good, b: 'TRUE' }, taken],
    ['02.bool-yes', 'scalars', { ...good, b: 'yes' }, taken],
    ['02.bool-one', 'scalars', { ...good, b: '1' }, taken],
    [
      '02.bool-other',
      'scalars',
      { ...good, b: 'maybe' },
      "Error validating parameter 'b': Expected boolean, got str",
    ],
    [
      '02.too-short',
      'scalars',
      { ...good, s: 'a' },
      "Error validating parameter 's': String must be at least 2 characters long",
    ],
    [
      '02.too-long',
      'scalars',
      { ...good, s: 'abcdefgh' },
      "Error validating parameter 's': String must be at most 6 characters long",
    ],
    ['02.below-min', 'scalars', { ...good, i: '0' }, "Error validating parameter 'i': Value must be >= 1.0"],
    [
      '02.above-max',
      'scalars',
      { ...good, i: '105' },
      "Error validating parameter 'i': Value must be <= 100.0",
    ],
    [
      '02.not-multiple',
      'scalars',
      { ...good, i: '12' },
      "Error validating parameter 'i': Value must be multiple of 5.0",
    ],
    ['02.excl-min', 'scalars', { ...good, n: '0' }, "Error validating parameter 'n': Value must be > 0.0"],
    ['02.excl-max', 'scalars', { ...good, n: '10' }, "Error validating parameter 'n': Value must be < 10.0"],
    [
      '02.bad-number',
      'scalars',
      { ...good, n: 'lots' },
      "Error validating parameter 'n': Expected number, got str",
    ],
    ['02.number-exp', 'scalars', { ...good, n: '25e-1' }, taken],
    ['02.int-from-float-text', 'scalars', { ...good, i: '10.0' }, taken],
    ['02.optional-defaults', 'optional', {}, { s: 'none', i: 3, n: 2.5, b: true, l: [1, 2], z: null }],
    [
      '02.optional-given',
      'optional',
      { s: 'x', i: '9', n: '1', b: 'false', l: '[5]', z: 'q' },
      { s: 'x', i: 9, n: 1, b: false, l: [5], z: 'q' },
    ],
    ['02.enum-default', 'pick', {}, { size: 'medium', level: 1 }],
    ['02.enum-ok', 'pick', { size: 'large' }, { size: 'large', level: 1 }],
    [
      '02.enum-bad',
      'pick',
      { size: 'huge' },
      "Invalid value for size. Must be one of: ['small', 'medium', 'large']",
    ],
    ['02.enum-int-text', 'pick', { level: '2' }, { size: 'medium', level: 2 }],
    ['02.pattern-ok', 'coded', { code: 'AB-123' }, { code: 'AB-123' }],
    [
      '02.pattern-bad',
      'coded',
      { code: 'zz' },
      "Error validating parameter 'code': String must match pattern '^[A-Z]{2}-[0-9]{3}$'",
    ],
    [
      '02.order-missing-prop',
      'order',
      { order: { customer: 'Ines', lines: [{ sku: 'A1' }] } },
      "Error validating parameter 'order': Missing required properties: qty",
    ],
    [
      '02.order-extra-prop',
      'order',
      { order: { customer: 'Ines', lines: [{ sku: 'A1', qty: 1 }], coupon: 'X' } },
      "Error validating parameter 'order': Unexpected property: coupon",
    ],
    [
      '02.order-bad-json',
      'order',
      { order: '{nope' },
      "Error validating parameter 'order': Invalid JSON object: {nope",
    ],
    [
      '02.order-array',
      'order',
      { order: '[1]' },
      "Error validating parameter 'order': Expected object, got array",
    ],
    ['02.bag', 'bag', { bag: '{"a":1,"b":"x","c":[1,2]}' }, { bag: { a: 1, b: 'x', c: [1, 2] } }],
    ['02.numbers', 'numbers', { xs: '[1.5,2]' }, { xs: [1.5, 2] }],
    [
      '02.numbers-few',
      'numbers',
      { xs: '[1]' },
      "Error validating parameter 'xs': Array must have at least 2 items",
    ],
    [
      '02.numbers-many',
      'numbers',
      { xs: '[1,2,3,4,5]' },
      "Error validating parameter 'xs': Array must have at most 4 items",
    ],
    [
      '02.numbers-dup',
      'numbers',
      { xs: '[1,1]' },
      "Error validating parameter 'xs': Array must contain unique items",
    ],
    [
      '02.numbers-bad-item',
      'numbers',
      { xs: '[1,"z"]' },
      "Error validating parameter 'xs': Expected number, got str",
    ],
    [
      '02.numbers-not-json',
      'numbers',
      { xs: '1;2' },
      "Error validating parameter 'xs': Invalid JSON array: 1;2",
    ],
    ['02.members-empty', 'members', { names: '[]' }, { names: [] }],
    ['11.review-missing', 'review', {}, 'Required parameter missing: text'],
    [
      '11.review-enum',
      'review',
      { text: 'a', tone: 'rude' },
      "Invalid value for tone. Must be one of: ['kind', 'harsh']",
    ],
    ['11.review-unknown', 'review', { text: 'a', zz: '1' }, 'Unknown parameter: zz'],
    ['29.null-enum', 'null_enum', {}, { c: null }],
    ['29.null-enum-a', 'null_enum', { c: 'a' }, { c: 'a' }],
    ['29.class', 'class_param', { class: 'q' }, { class: 'q', _hidden: 'h' }],
    ['29.dated', 'dated_default', {}, { d: '2024-01-31' }],
  ])('%s', (_, tool, given, expected) => {
    expect(outcome(tool, given, 'refuse')).toEqual(expected);
  });
});

describe('calls from MCP clients', () => {
  it.each<[string, string, JsonObject, JsonValue]>([
    ['scalars', 'scalars', taken, taken],
    ['scalars-text', 'scalars', { ...good, b: 'yes' }, taken],
    [
      'null-for-optional',
      'optional',
      { z: null, s: null },
      { s: null, i: 3, n: 2.5, b: true, l: [1, 2], z: null },
    ],
    [
      'order-as-text',
      'order',
      { order: '{"customer":"Ines","address":{"city":"Faro"},"lines":[{"sku":"A","qty":4}]}' },
      ordered,
    ],
    ['enum-int', 'pick', { level: 3 }, { size: 'medium', level: 3 }],
    ['extra', 'greet', { who: 'x', extra: 1 }, { who: 'x' }],
  ])('02.stdio/%s', (_, tool, given, expected) => {
    expect(outcome(tool, given, 'drop')).toEqual(expected);
  });

  it.each<[string, string, JsonObject, string, string]>([
    ['too-short', 'scalars', { ...taken, s: 'a' }, 's', 'String should have at least 2 characters'],
    [
      'string-like-json',
      'coded',
      { code: '[1]' },
      'code',
      "String should match pattern '^[A-Z]{2}-[0-9]{3}$'",
    ],
    [
      'enum-bad',
      'pick',
      { size: 'huge' },
      'size',
      "Invalid value for size. Must be one of: ['small', 'medium', 'large']",
    ],
    ['missing', 'scalars', { s: 'abcd', i: 10, n: 2 }, 'b', 'Field required'],
    [
      'nested',
      'order',
      { order: { customer: 'x', lines: [{ sku: 'a', qty: 0 }] } },
      'order.lines.0.qty',
      'Input should be greater than or equal to 1',
    ],
  ])('02.stdio/%s is worded for them', (_, tool, given, path, phrase) => {
    let problems: JsonValue = [];
    try {
      compileInput(tools[tool] ?? []).parse(given, 'drop');
    } catch (error) {
      if (!(error instanceof InputInvalidError)) throw error;
      problems = error.problems.map((found) => [found.path.join('.'), found.phrase]);
    }
    expect(problems).toEqual([[path, phrase]]);
  });

  it('02.stdio/tools: names, required and defaults as recorded', () => {
    const { schema } = compileInput(tools['optional'] ?? []);
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const defaults = Object.entries(properties).map(([name, property]) => [
      name,
      isJsonObject(property) ? property['default'] : undefined,
    ]);
    expect(schema).not.toHaveProperty('required');
    expect(Object.fromEntries(defaults)).toEqual({ b: true, i: 3, l: [1, 2], n: 2.5, s: 'none', z: null });
  });

  it('02.stdio/schema: enum and pattern are advertised, nothing is referenced', () => {
    const text = JSON.stringify(Object.values(tools).map((parameters) => compileInput(parameters).schema));
    expect(text).toContain('"enum":["small","medium","large"]');
    expect(text).toContain('"pattern":"^[A-Z]{2}-[0-9]{3}$"');
    expect(text).not.toContain('$defs');
  });
});

it('02.validate: nothing is wrong with these definitions', () => {
  for (const parameters of Object.values(tools)) expect(compileInput(parameters).problems).toEqual([]);
});
