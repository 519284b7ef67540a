import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Policies, PolicyAction } from '../../../../src/common/domain/endpoint.js';
import { outputSchema } from '../../../../src/modules/endpoints/schema/output-schema.js';
import { aNode } from '../../../builders/a-type-node.js';

function rules(...given: readonly (readonly [PolicyAction, ...string[]])[]): Policies {
  return {
    input: [],
    output: given.map(([action, ...fields]) => ({ condition: 'true', action, reason: null, fields })),
  };
}

const line = aNode('object', {
  properties: { sku: aNode('string'), cost: aNode('number', { minimum: 0 }) },
  required: ['sku', 'cost'],
});
const order = aNode('object', {
  description: 'An order',
  properties: {
    id: aNode('integer', { minimum: 1, maximum: 9, multipleOf: 2 }),
    iban: aNode('string', { minLength: 15, sensitive: true, description: 'account' }),
    lines: aNode('array', { items: line, minItems: 1 }),
  },
  required: ['id', 'iban', 'lines'],
  additionalProperties: false,
});

describe('outputSchema', () => {
  it('says what is checked, with null below the root', () => {
    expect(outputSchema(order, null)).toEqual({
      type: 'object',
      description: 'An order',
      properties: {
        id: { type: ['integer', 'null'], minimum: 1, maximum: 9 },
        iban: { type: ['string', 'null'], minLength: 15, description: 'account' },
        lines: {
          type: ['array', 'null'],
          minItems: 1,
          items: {
            type: ['object', 'null'],
            properties: { sku: { type: ['string', 'null'] }, cost: { type: ['number', 'null'], minimum: 0 } },
            required: ['sku', 'cost'],
          },
        },
      },
      required: ['id', 'iban', 'lines'],
      additionalProperties: false,
    });
  });

  it('wraps arrays and scalars as their structured content is', () => {
    expect(
      outputSchema(aNode('array', { items: aNode('string'), maxItems: 3, uniqueItems: true }), null),
    ).toEqual({
      type: 'object',
      properties: { result: { type: ['array', 'null'], items: { type: ['string', 'null'] }, maxItems: 3 } },
      required: ['result'],
    });
    expect(outputSchema(aNode('boolean', { description: 'done?' }), null)).toEqual({
      type: 'object',
      properties: { result: { type: ['boolean', 'null'], description: 'done?' } },
      required: ['result'],
    });
  });

  it('leaves out enum, pattern, formats, exclusive bounds and defaults', () => {
    const node = aNode('string', {
      enum: ['a'],
      pattern: '^a',
      format: 'email',
      default: 'a',
      examples: ['a'],
    });
    expect(JSON.stringify(outputSchema(node, null))).toBe(
      '{"type":"object","properties":{"result":{"type":["string","null"]}},"required":["result"]}',
    );
  });

  it('does not require what a rule may filter, at any path', () => {
    const schema = outputSchema(order, rules(['filter_fields', 'id', 'lines.cost']));
    expect(schema).toMatchObject({
      required: ['iban', 'lines'],
      properties: { lines: { items: { required: ['sku'] } } },
    });
  });

  it('lets text stand for what a rule may mask', () => {
    const schema = outputSchema(order, rules(['mask_fields', 'iban', 'lines.*']));
    expect(schema).toMatchObject({
      required: ['id', 'iban', 'lines'],
      properties: {
        iban: {
          description: 'account',
          anyOf: [{ type: ['string', 'null'], minLength: 15 }, { type: 'string' }],
        },
        lines: {
          items: {
            required: ['sku', 'cost'],
            properties: {
              cost: { anyOf: [{ type: ['number', 'null'], minimum: 0 }, { type: 'string' }] },
              sku: { anyOf: [{ type: ['string', 'null'] }, { type: 'string' }] },
            },
          },
        },
      },
    });
  });

  it('follows lists from the root and through one another', () => {
    const nested = aNode('array', { items: aNode('array', { items: order }) });
    expect(outputSchema(nested, rules(['filter_fields', '*']))).toMatchObject({
      properties: {
        result: { items: { items: { properties: { lines: { items: { required: ['sku', 'cost'] } } } } } },
      },
    });
    expect(JSON.stringify(outputSchema(nested, rules(['filter_fields', '*'])))).not.toContain(
      '"required":["id"',
    );
  });

  it('takes a name with dots for a key of the first level as well', () => {
    const row = aNode('object', {
      properties: {
        'a.b': aNode('integer'),
        a: aNode('object', { properties: { b: aNode('integer') }, required: ['b'] }),
      },
      required: ['a.b', 'a'],
    });
    expect(outputSchema(row, rules(['filter_fields', 'a.b']))).toEqual({
      type: 'object',
      properties: {
        'a.b': { type: ['integer', 'null'] },
        a: { type: ['object', 'null'], properties: { b: { type: ['integer', 'null'] } } },
      },
      required: ['a'],
    });
  });

  it('does not require sensitive properties where filter_sensitive_fields is used', () => {
    expect(outputSchema(order, rules(['filter_sensitive_fields']))).toMatchObject({
      required: ['id', 'lines'],
    });
    const list = aNode('object', {
      properties: {
        pins: aNode('array', { items: aNode('string', { sensitive: true }), minItems: 2, maxItems: 4 }),
      },
    });
    expect(outputSchema(list, rules(['filter_sensitive_fields']))).toMatchObject({
      properties: { pins: { type: ['array', 'null'], maxItems: 4 } },
    });
    expect(JSON.stringify(outputSchema(list, rules(['filter_sensitive_fields'])))).not.toContain('minItems');
  });

  it('does not require what is masked and then withheld', () => {
    const policies = rules(['mask_fields', 'lines'], ['filter_sensitive_fields']);
    expect(outputSchema(order, policies)).toMatchObject({ required: ['id'] });
  });

  it('requires nothing where the whole object may be withheld', () => {
    const secret = aNode('object', { sensitive: true, required: ['a'] });
    expect(outputSchema(secret, rules(['filter_sensitive_fields']))).toEqual({ type: 'object' });
    expect(outputSchema(secret, rules(['filter_fields', 'b']))).toEqual({ type: 'object', required: ['a'] });
    expect(
      outputSchema(aNode('string', { sensitive: true }), rules(['filter_sensitive_fields'])),
    ).not.toBeNull();
  });

  it('ignores input rules and denials', () => {
    const policies: Policies = {
      input: [{ condition: 'true', action: 'filter_fields', reason: null, fields: ['id'] }],
      output: [{ condition: 'true', action: 'deny', reason: null, fields: ['id'] }],
    };
    expect(outputSchema(order, policies)).toEqual(outputSchema(order, null));
  });

  it('is a schema that the strictest reader takes', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false });
    const validate = ajv.compile(
      outputSchema(order, rules(['mask_fields', 'id'], ['filter_fields', 'lines.*'])),
    );
    expect(validate({ id: '****', iban: null, lines: [{}] })).toBe(true);
    expect(validate({ id: 20, iban: null, lines: [{}] })).toBe(false);
  });
});
