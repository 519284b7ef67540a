import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../src/modules/endpoints/schema/linear-pattern.js';

function found(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.test(text) : compiled.reason;
}

describe('compilePattern', () => {
  it.each([
    ['^[A-Z]{2}-[0-9]{3}$', 'AB-123', true],
    ['^[A-Z]{2}-[0-9]{3}$', 'zz', false],
    ['AB', 'xABx', true],
    ['^.$', '🦊', true],
    ['^[\\w .-]+$', 'Zoë-1', true],
    ['^\\d+$', '٣', true],
    ['^\\W+$', 'é', false],
    ['^\\S+$', 'a\u00a0b', false],
    ['^\\w\\s$', 'é\u00a0', true],
    ['^\\W\\S$', '-é', true],
    ['^\\D$', '٣', false],
    ['^\\D$', 'x', true],
    ['^[a]\\W$', 'aé', false],
    ['^[a]\\S$', 'a\u00a0', false],
    ['^[^\\s]+$', 'a\u00a0b', false],
    ['^\\u0041\\u{1F98A}$', 'A🦊', true],
    ['[]a]+$', 'x]', true],
    ['^[[:digit:]\\w]+$', 'é', true],
    ['[(?=]', '(', true],
    ['\\(?=x', '=x', true],
    ['(?i)^abc$', 'ABC', true],
  ])('%s on %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected);
  });

  it.each([
    ['(?=a)b', 'Look-around `(?=` is not supported: a pattern must match in linear time (RE2 syntax)'],
    ['b(?<!a)', 'Look-around `(?<!` is not supported: a pattern must match in linear time (RE2 syntax)'],
    ['[a](?=b)', 'Look-around `(?=` is not supported: a pattern must match in linear time (RE2 syntax)'],
    ['(a)\\1', 'Back-reference `\\1` is not supported: a pattern must match in linear time (RE2 syntax)'],
    ['(', 'Invalid regular expression: missing closing ): `(`'],
    ['a**', 'Invalid regular expression: invalid nested repetition operator: `**`'],
    ['\\', 'Invalid regular expression: trailing backslash at end of expression'],
  ])('refuses %s', (pattern, reason) => {
    expect(found(pattern, '')).toBe(reason);
  });

  it('stays linear where backtracking explodes', () => {
    const started = performance.now();
    expect(found('^(a+)+$', `${'a'.repeat(1 << 18)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
