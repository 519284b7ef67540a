import { describe, expect, it } from 'vitest';
import type { TypeNode } from '../../../../src/common/domain/type-node.js';
import { reviewParameters } from '../../../../src/modules/endpoints/schema/schema-review.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

/** `severity location: message` of what is wrong with one parameter. */
function review(type: TypeNode['type'], node: Partial<TypeNode>): readonly string[] {
  return reviewParameters([aParameter('a', type, node)]).map(
    ({ severity, location, message }) => `${severity} ${location}: ${message}`,
  );
}

describe('reviewParameters', () => {
  it('refuses a second parameter of the same name', () => {
    const parameters = ['a', 'b', 'a'].map((name) => aParameter(name, 'string'));

    expect(reviewParameters(parameters)).toEqual([
      { location: 'parameters.2.name', message: "Duplicate parameter name 'a'", severity: 'error' },
    ]);
  });

  it('refuses a pattern that cannot be used, unless it is moot', () => {
    const message = 'Look-around `(?=` is not supported: a pattern must match in linear time (RE2 syntax)';

    expect(reviewParameters([aParameter('a', 'string', { pattern: '(?=x)' })])).toEqual([
      { location: 'parameters.0.pattern', message, severity: 'error' },
    ]);
    expect(reviewParameters([aParameter('a', 'string', { pattern: '(?=x)', enum: ['x'] })])).toEqual([
      { location: 'parameters.0.pattern', message, severity: 'warning' },
    ]);
    expect(review('string', { pattern: '[a' })).toEqual([
      'error parameters.0.pattern: Invalid regular expression: missing closing ]: `[a`',
    ]);
    expect(review('string', { pattern: '^x$' })).toEqual([]);
    expect(review('integer', { pattern: '(?=x)' })).toEqual([]);
  });

  it('refuses to divide by zero', () => {
    expect(review('number', { multipleOf: 0 })).toEqual([
      'error parameters.0.multipleOf: Input should be greater than 0',
    ]);
  });

  it('refuses an enum of which no value can be had, and warns of single ones', () => {
    expect(review('integer', { enum: ['x', 'y'] })).toEqual([
      'error parameters.0.enum: No value of enum is a valid integer',
    ]);
    expect(review('integer', { enum: ['x', 2, 'y'] })).toEqual([
      'warning parameters.0.enum.0: Value is not a valid integer',
      'warning parameters.0.enum.2: Value is not a valid integer',
    ]);
    expect(review('integer', { enum: ['x'], default: null })).toEqual([
      'warning parameters.0.enum.0: Value is not a valid integer',
    ]);
    expect(review('integer', { enum: [] })).toEqual([]);
    expect(review('integer', { enum: ['1', 2] })).toEqual([]);
  });

  it('warns of a default and of examples that do not fit', () => {
    expect(review('integer', { minimum: 5, default: 1, examples: [7, 2, 'x'] })).toEqual([
      'warning parameters.0.default: Does not fit the declared type: Input should be greater than or equal to 5',
      'warning parameters.0.examples.1: Does not fit the declared type: Input should be greater than or equal to 5',
      'warning parameters.0.examples.2: Does not fit the declared type: Input should be a valid integer, unable to parse string as an integer',
    ]);
    expect(review('string', { enum: ['a'], default: 'c' })).toEqual([
      "warning parameters.0.default: Does not fit the declared type: Invalid value for default. Must be one of: ['a']",
    ]);
    expect(review('integer', { default: 1, examples: [2] })).toEqual([]);
    expect(review('string', { enum: ['a', 'b'], default: null })).toEqual([]);
    expect(review('string', { format: 'date', default: '2024-01-31', examples: ['2024-02-29'] })).toEqual([]);
    expect(review('array', { items: aNode('integer'), default: [1, 2] })).toEqual([]);
  });

  it('says the first of several faults of a value', () => {
    expect(review('string', { minLength: 3, pattern: '^x', examples: ['y'] })).toEqual([
      'warning parameters.0.examples.0: Does not fit the declared type: String should have at least 3 characters',
    ]);
  });

  it('looks into items and properties', () => {
    const bad = aNode('number', { multipleOf: 0 });
    const refusal = 'Input should be greater than 0';

    expect(review('array', { items: bad })).toEqual([`error parameters.0.items.multipleOf: ${refusal}`]);
    expect(review('object', { properties: { b: aNode('string'), c: bad } })).toEqual([
      `error parameters.0.properties.c.multipleOf: ${refusal}`,
    ]);
    expect(review('object', { properties: { 'q.r': aNode('integer', { default: 'x' }) } })).toEqual([
      'warning parameters.0.properties.q.r.default: Does not fit the declared type: Input should be a valid integer, unable to parse string as an integer',
    ]);
    expect(review('array', { items: aNode('integer', { enum: ['x'] }) })).toEqual([
      'warning parameters.0.items.enum.0: Value is not a valid integer',
    ]);
  });
});
