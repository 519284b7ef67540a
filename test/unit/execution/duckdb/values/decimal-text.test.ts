import { describe, expect, it } from 'vitest';
import { decimalOf, scaledTo } from '../../../../../src/modules/execution/duckdb/values/decimal-text.js';

describe('the text of a decimal', () => {
  it.each([
    ['1.10', { width: 3, scale: 2, value: 110n }],
    ['-0.05', { width: 2, scale: 2, value: -5n }],
    ['000', { width: 1, scale: 0, value: 0n }],
    ['1E+3', { width: 4, scale: 0, value: 1000n }],
    ['1.5E-3', { width: 4, scale: 4, value: 15n }],
    ['.5', { width: 1, scale: 1, value: 5n }],
    ['9'.repeat(38), { width: 38, scale: 0, value: 10n ** 38n - 1n }],
  ])('%s keeps every digit', (text, decimal) => {
    expect(decimalOf(text)).toEqual(decimal);
  });

  it.each(['', '.', 'NaN', 'Infinity', '1,5', '9'.repeat(39), '1E+40'])('%s is none', (text) => {
    expect(decimalOf(text)).toBeNull();
  });

  it('is scaled to a wider one', () => {
    expect(scaledTo('1.5', 3)).toBe(1500n);
    expect(scaledTo('-2', 2)).toBe(-200n);
  });
});
