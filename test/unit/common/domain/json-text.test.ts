import { describe, expect, it } from 'vitest';
import {
  parseJsonObject,
  parseJsonText,
  toAsciiJsonText,
  toJsonText,
  withRawIntegers,
} from '../../../../src/common/domain/json-text.js';

describe('JSON text', () => {
  it.each([
    '9007199254740993',
    '-170141183460469231731687303715884105728',
    '[18446744073709551615,{"a":12345678901234567890}]',
  ])('keeps every digit of %s', (text) => {
    expect(toJsonText(parseJsonText(text))).toBe(text);
    expect(JSON.stringify(withRawIntegers(parseJsonText(text)))).toBe(text);
  });

  it('leaves safe integers and fractions plain numbers', () => {
    expect(parseJsonText('[1, 1.5, 1e3, 9007199254740991, 0.12345678901234567]')).toEqual([
      1, 1.5, 1000, 9007199254740991, 0.12345678901234567,
    ]);
  });

  it('does not take long digits inside a string for a number', () => {
    expect(parseJsonText('{"card": "4111222233334444555"}')).toEqual({ card: '4111222233334444555' });
  });

  it('writes NaN and infinities as null', () => {
    expect(toJsonText([NaN, Infinity, 1n])).toBe('[null,null,1]');
  });

  it('escapes everything outside ASCII when asked', () => {
    expect(toAsciiJsonText({ name: 'Zoë 🌋' })).toBe('{"name":"Zo\\u00eb \\ud83c\\udf0b"}');
  });

  it('reads an object, or nothing', () => {
    expect(parseJsonObject('{"id": 12345678901234567890}')).toEqual({ id: 12345678901234567890n });
    expect(['[1]', '"text"', 'null', '{', ''].map(parseJsonObject)).toEqual([null, null, null, null, null]);
  });

  it('makes __proto__ an ordinary member', () => {
    const value = parseJsonText('{"__proto__": {"admin": 12345678901234567890}}');

    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});
