import { describe, expect, it } from 'vitest';
import { orderedObject, orderOf } from '../../../../src/common/domain/ordered-object.js';

describe('the order of members', () => {
  it('is that of the entries, also where names are numbers', () => {
    const object = orderedObject([
      ['b', 1],
      ['10', 2],
      ['9', 3],
    ]);

    expect(JSON.stringify(object)).toBe('{"b":1,"10":2,"9":3}');
    expect(Object.values(object)).toEqual([1, 2, 3]);
    expect(object).toEqual({ 9: 3, 10: 2, b: 1 });
  });

  it.each([[['b', 'a', '01', '-1', '1.5']], [['1', '2', 'a']], [['__proto__', 'a']], [[]]])(
    'of %s is kept by an ordinary object',
    (names) => {
      expect(orderOf(names)).toBeNull();
    },
  );
});
