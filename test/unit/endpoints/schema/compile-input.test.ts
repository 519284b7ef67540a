import { describe, expect, it } from 'vitest';
import type { UnknownArguments } from '../../../../src/common/domain/endpoint.js';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import type { Parameter } from '../../../../src/common/domain/type-node.js';
import { InputInvalidError } from '../../../../src/common/errors/endpoint-errors.js';
import { compileInput } from '../../../../src/modules/endpoints/schema/compile-input.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

function problemsOf(
  parameters: readonly Parameter[],
  given: JsonObject,
  unknown: UnknownArguments = 'refuse',
): InputInvalidError['problems'] {
  try {
    compileInput(parameters).parse(given, unknown);
  } catch (error) {
    if (error instanceof InputInvalidError) return error.problems;
    throw error;
  }
  return [];
}

describe('arguments', () => {
  const add = [aParameter('a', 'integer'), aParameter('b', 'integer', { default: 10 })];

  it('are completed by defaults', () => {
    expect(compileInput(add).parse({ a: '5' }, 'refuse')).toEqual({ a: 5, b: 10 });
  });

  it('must be there unless a default is, even a null one', () => {
    expect(problemsOf(add, {})).toEqual([
      { path: ['a'], phrase: 'Field required', message: 'Required parameter missing: a' },
    ]);
    expect(compileInput([aParameter('z', 'string', { default: null })]).parse({}, 'refuse')).toEqual({
      z: null,
    });
  });

  it('may be null without the default taking their place', () => {
    expect(compileInput(add).parse({ a: 1, b: null }, 'refuse')).toEqual({ a: 1, b: null });
  });

  it('that nobody declared are dropped or refused, whatever else is declared', () => {
    const unknown = { path: ['zz'], phrase: 'Unexpected keyword argument', message: 'Unknown parameter: zz' };
    for (const parameters of [add, []]) {
      expect(problemsOf(parameters, { a: 1, zz: 2 }, 'refuse')).toContainEqual(unknown);
      expect(compileInput(parameters).parse({ a: 1, zz: 2 }, 'drop')).not.toHaveProperty('zz');
    }
  });

  it('report what is missing, then what is unknown, then what does not fit', () => {
    const parameters = [aParameter('n', 'integer'), aParameter('s', 'string')];
    const found = problemsOf(parameters, { n: 'x', zz: 1 });
    expect(found.map(({ message }) => message)).toEqual([
      'Required parameter missing: s',
      'Unknown parameter: zz',
      "Error validating parameter 'n': Expected integer, got str",
    ]);
  });

  it('carry the first problem as the message of the error', () => {
    expect(() => compileInput(add).parse({ a: 'four', b: 'x' }, 'refuse')).toThrow(
      /^Error validating parameter 'a': Expected integer, got str$/,
    );
  });

  it('may be named like members of every object', () => {
    const names = ['constructor', 'toString', '__proto__', 'class', '_hidden'];
    const input = compileInput(names.map((name) => aParameter(name, 'string')));
    expect(() => input.parse({}, 'refuse')).toThrow('Required parameter missing: constructor');
    const given = JSON.parse(
      '{"constructor":"a","toString":"b","__proto__":"c","class":"d","_hidden":"e"}',
    ) as JsonObject;
    const parsed = input.parse(given, 'refuse');
    expect(Object.entries(parsed)).toEqual(Object.entries(given));
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
});

describe('defaults', () => {
  it('are converted as arguments are', () => {
    const parameters = [
      aParameter('n', 'number', { default: '5' }),
      aParameter('d', 'string', { format: 'date', default: '2024-1-5' }),
      aParameter('o', 'object', { properties: { p: aNode('integer', { default: '7' }) }, default: {} }),
      aParameter('s', 'string', { default: 5 }),
    ];
    expect(compileInput(parameters).parse({}, 'refuse')).toEqual({
      n: 5,
      d: '2024-01-05',
      o: { p: 7 },
      s: '5',
    });
  });

  it('are let pass where the reference lets them pass: pattern, nested enum, fraction', () => {
    const parameters = [
      aParameter('s', 'string', { pattern: '^[A-Z]+$', default: '' }),
      aParameter('l', 'array', { items: aNode('string', { enum: ['a'] }), default: ['z'] }),
      aParameter('i', 'integer', { default: 1.9 }),
    ];
    expect(compileInput(parameters).parse({}, 'refuse')).toEqual({ s: '', l: ['z'], i: 1 });
    expect(compileInput(parameters).problems.map(({ severity }) => severity)).toEqual([
      'warning',
      'warning',
      'warning',
    ]);
    expect(problemsOf(parameters, { s: '' })).toHaveLength(1);
  });

  it('that can never pass fail the calls that need them, and only those', () => {
    const parameters = [aParameter('i', 'integer', { default: 'many' })];
    expect(problemsOf(parameters, {})[0]?.message).toBe(
      "Error validating parameter 'i': Expected integer, got str",
    );
    expect(compileInput(parameters).parse({ i: 1 }, 'refuse')).toEqual({ i: 1 });
  });

  it('cannot be changed by whoever gets them', () => {
    const input = compileInput([aParameter('l', 'array', { default: [{ a: 1 }] })]).parse({}, 'refuse');
    const list = input['l'] as { a: number }[];
    expect(() => {
      list[0]!.a = 2;
    }).toThrow(TypeError);
  });
});

describe('the declaration itself', () => {
  it('is reviewed at load', () => {
    const { problems } = compileInput([aParameter('n', 'number', { multipleOf: 0 })]);

    expect(problems).toMatchObject([{ location: 'parameters.0.multipleOf', severity: 'error' }]);
  });
});
