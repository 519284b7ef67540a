import { describe, expect, it } from 'vitest';
import { hideReservedWords } from '../../../../src/modules/policy/cel/reserved-words.js';

describe('hideReservedWords', () => {
  it('leaves an expression without reserved words alone', () => {
    expect(hideReservedWords("user.role == 'x'")).toEqual({ text: "user.role == 'x'", originals: new Map() });
  });

  it('replaces a reserved word by an unused name of the same length, and remembers it', () => {
    const { text, originals } = hideReservedWords("namespace == 'x' && _0_______ == 1");

    expect(text).toBe("_1_______ == 'x' && _0_______ == 1");
    expect(originals).toEqual(new Map([['_1_______', 'namespace']]));
  });

  it('replaces every occurrence by the same name, and different words by different ones', () => {
    const { text, originals } = hideReservedWords('as + if + as');

    expect(text).toBe('_0 + _1 + _0');
    expect([...originals.values()]).toEqual(['as', 'if']);
  });

  it('leaves a word to the parser when every name of its length is used', () => {
    const taken = Array.from({ length: 36 }, (_, number) => `_${number.toString(36)}`).join(' + ');

    expect(hideReservedWords(`${taken} + as`)).toEqual({ text: `${taken} + as`, originals: new Map() });
  });

  it.each([
    `x == 'for'`,
    `x == "for"`,
    `x == r'\\' || x == 'for'`,
    `x == 'it\\'s for'`,
    `x == """a " for"""`,
    `x == b'for'`,
    'x == 1 // for you',
    'forward == before',
  ])('does not touch text, comments or longer names: %s', (expression) => {
    expect(hideReservedWords(expression).text).toBe(expression);
  });
});
