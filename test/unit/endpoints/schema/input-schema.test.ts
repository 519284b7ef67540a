import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import type { Parameter } from '../../../../src/common/domain/type-node.js';
import { inputSchema } from '../../../../src/modules/endpoints/schema/input-schema.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

function propertyOf(parameter: Parameter): unknown {
  return (inputSchema([parameter])['properties'] as JsonObject)[parameter.name];
}

/** As strict as a client can be. */
function strictAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictTypes: true, strictRequired: false });
  formats.default(ajv);
  ajv.addKeyword('x-mcp-header');
  return ajv;
}

describe('inputSchema', () => {
  it('lists required parameters first, and which they are', () => {
    const schema = inputSchema([
      aParameter('top', 'integer', { default: 5, minimum: 1 }),
      aParameter('shop_name', 'string', { description: 'Shop to inspect', maxLength: 40 }),
    ]);
    expect(JSON.stringify(schema)).toBe(
      JSON.stringify({
        type: 'object',
        properties: {
          shop_name: { type: 'string', description: 'Shop to inspect', maxLength: 40 },
          top: { type: 'integer', minimum: 1, default: 5 },
        },
        required: ['shop_name'],
      }),
    );
  });

  it('has no required list when everything is optional, and no properties when there are none', () => {
    expect(inputSchema([])).toEqual({ type: 'object', properties: {} });
    expect(inputSchema([aParameter('a', 'string', { default: '' })])).not.toHaveProperty('required');
  });

  it('says everything the type declares, objects inline', () => {
    const order = aParameter('order', 'object', {
      description: 'the order',
      properties: {
        customer: aNode('string', { format: 'email', minLength: 3 }),
        lines: aNode('array', { minItems: 1, uniqueItems: true, items: aNode('integer', { multipleOf: 5 }) }),
      },
      required: ['customer', 'customer'],
      additionalProperties: false,
      examples: [{ customer: 'a@b.c' }],
    });
    expect(propertyOf(order)).toEqual({
      type: 'object',
      description: 'the order',
      properties: {
        customer: { type: 'string', format: 'email', minLength: 3 },
        lines: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'integer', multipleOf: 5 } },
      },
      required: ['customer'],
      additionalProperties: false,
      examples: [{ customer: 'a@b.c' }],
    });
  });

  it('says every bound that is declared, and nothing of those that are not', () => {
    const bounds = { minimum: 1, maximum: 9, exclusiveMinimum: 0, exclusiveMaximum: 10 };
    expect(propertyOf(aParameter('n', 'number', bounds))).toStrictEqual({ type: 'number', ...bounds });
    expect(propertyOf(aParameter('l', 'array', { maxItems: 3 }))).toStrictEqual({
      type: 'array',
      maxItems: 3,
    });
    expect(propertyOf(aParameter('s', 'string'))).toStrictEqual({ type: 'string' });
    expect(propertyOf(aParameter('b', 'boolean'))).toStrictEqual({ type: 'boolean' });
    expect(propertyOf(aParameter('o', 'object', { properties: {} }))).toStrictEqual({
      type: 'object',
      properties: {},
    });
  });

  it('advertises null only where it is the default, in the enum too', () => {
    expect(propertyOf(aParameter('c', 'string', { enum: ['a', 'b'], default: null }))).toEqual({
      type: ['string', 'null'],
      enum: ['a', 'b', null],
      default: null,
    });
    expect(propertyOf(aParameter('c', 'string', { enum: ['a', 'b'] }))).toEqual({
      type: 'string',
      enum: ['a', 'b'],
    });
  });

  it('shows enum values in the declared type', () => {
    expect(propertyOf(aParameter('s', 'string', { enum: [1, 2, ['x']] }))).toMatchObject({
      enum: ['1', '2'],
    });
    expect(propertyOf(aParameter('d', 'string', { format: 'date', enum: ['2024-01-05'] }))).toMatchObject({
      enum: ['2024-01-05'],
    });
    expect(propertyOf(aParameter('d', 'string', { format: 'date', enum: ['2024-1-5'] }))).toMatchObject({
      enum: ['2024-1-5'],
    });
    expect(propertyOf(aParameter('n', 'number', { enum: [1, 2.5] }))).toMatchObject({ enum: [1, 2.5] });
  });

  it('leaves out what clients could not read: the format timestamp, foreign patterns, infinite bounds', () => {
    expect(propertyOf(aParameter('t', 'string', { format: 'timestamp' }))).toEqual({ type: 'string' });
    expect(propertyOf(aParameter('p', 'string', { pattern: '(?i)abc' }))).toEqual({ type: 'string' });
    expect(propertyOf(aParameter('p', 'string', { pattern: '^a\\-b$' }))).toEqual({ type: 'string' });
    expect(propertyOf(aParameter('n', 'number', { maximum: Infinity, minLength: 3 }))).toEqual({
      type: 'number',
    });
  });

  it('copies the header name', () => {
    expect(propertyOf(aParameter('region', 'string', { mcpHeader: 'Region' }))).toEqual({
      type: 'string',
      'x-mcp-header': 'Region',
    });
  });

  it('never says that a value is sensitive', () => {
    expect(JSON.stringify(inputSchema([aParameter('pin', 'string', { sensitive: true })]))).not.toContain(
      'sensitive',
    );
  });

  it('is a valid 2020-12 schema that accepts what it describes', () => {
    const schema = inputSchema([
      aParameter('s', 'string', { pattern: '^a', format: 'uri', mcpHeader: 'S' }),
      aParameter('e', 'integer', { enum: [1, 2], default: null }),
      aParameter('n', 'number', { multipleOf: -0.5, exclusiveMinimum: 0, exclusiveMaximum: 9, default: 1 }),
      aParameter('o', 'object', {
        properties: {
          ['__proto__']: aNode('string'),
          a: aNode('array', { items: aNode('boolean'), maxItems: 2 }),
        },
        required: ['a', 'undeclared', 'a'],
        default: null,
      }),
    ]);
    const ajv = strictAjv();
    expect(ajv.validateSchema(schema)).toBe(true);
    const validate = ajv.compile(schema);
    expect(validate({ s: 'a:b', e: null, n: 2.5, o: { a: [true], undeclared: 1 }, other: 1 })).toBe(true);
    expect(validate({ s: 'b' })).toBe(false);
  });
});
