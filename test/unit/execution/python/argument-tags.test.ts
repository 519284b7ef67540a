import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import type { TypeNode } from '../../../../src/common/domain/type-node.js';
import { compileArguments } from '../../../../src/modules/execution/python/argument-tags.js';
import { aNode } from '../../../builders/a-type-node.js';

const tagged = (node: TypeNode, value: JsonValue) =>
  compileArguments([{ ...node, name: 'x' }])({ x: value })['x'];

describe('compileArguments', () => {
  it.each([
    ['date', '2024-01-31', { $date: '2024-01-31' }],
    ['time', '10:05:00', { $time: '10:05:00' }],
    ['date-time', '2024-01-31T10:05:00+02:00', { $datetime: '2024-01-31T10:05:00+02:00' }],
    ['timestamp', '2024-01-31T10:05:00', { $datetime: '2024-01-31T10:05:00' }],
    ['duration', 'P1D', 'P1D'],
    ['email', 'a@b.c', 'a@b.c'],
    ['uri', 'x:y', 'x:y'],
  ] as const)('makes of a string of format %s what Python has for it', (format, value, expected) => {
    expect(tagged(aNode('string', { format }), value)).toEqual(expected);
  });

  it('leaves text that is not canonical, and null, as they are', () => {
    const date = aNode('string', { format: 'date' });

    expect(tagged(date, 'tomorrow')).toBe('tomorrow');
    expect(tagged(date, null)).toBeNull();
  });

  it('makes every number a float and leaves integers', () => {
    const number = aNode('number');

    expect(tagged(number, 5)).toEqual({ $float: 5 });
    expect(tagged(number, 2n ** 70n)).toEqual({ $float: 2n ** 70n });
    expect(tagged(number, 1.5)).toBe(1.5);
    expect(tagged(number, null)).toBeNull();
    expect(tagged(aNode('integer'), 5)).toBe(5);
  });

  it('converts items and declared properties, and keeps the others', () => {
    const node = aNode('array', {
      items: aNode('object', {
        properties: { day: aNode('string', { format: 'date' }), n: aNode('number') },
      }),
    });

    expect(tagged(node, [{ day: '2024-01-31', n: 1, extra: 1 }, null])).toEqual([
      { day: { $date: '2024-01-31' }, n: { $float: 1 }, extra: 1 },
      null,
    ]);
  });

  it('keeps an object that would read as a tag an object', () => {
    expect(tagged(aNode('object'), { $date: 'x' })).toEqual({ $map: [['$date', 'x']] });
  });

  it('gives arguments that nothing declares, and that need nothing, unchanged', () => {
    const input = { a: 1, b: [{ c: 'x' }] };

    expect(compileArguments([])(input)).toBe(input);
  });
});
