import { describe, expect, it } from 'vitest';
import { parseJsonArgument } from '../../../../src/modules/endpoints/schema/json-argument.js';

const levels = (open: string, close: string, count: number): string =>
  open.repeat(count) + close.repeat(count);

describe('parseJsonArgument', () => {
  it.each([
    ['[1, "a", null]', [1, 'a', null]],
    ['{"a": {"b": []}}', { a: { b: [] } }],
    [JSON.stringify('['.repeat(200)), '['.repeat(200)],
    [JSON.stringify(`"${'{'.repeat(200)}`), `"${'{'.repeat(200)}`],
    [`["\\"", "${'['.repeat(200)}"]`, ['"', '['.repeat(200)]],
    [`[${'[],'.repeat(200)}{}]`, [...Array.from({ length: 200 }, () => []), {}]],
    [`[${'{},'.repeat(200)}[]]`, [...Array.from({ length: 200 }, () => ({})), []]],
  ])('reads %s', (text, value) => {
    expect(parseJsonArgument(text)).toEqual(value);
  });

  it.each([
    ['lists', levels('[', ']', 128), levels('[', ']', 129)],
    ['objects', `${'{"a":'.repeat(127)}{}${'}'.repeat(127)}`, `${'{"a":'.repeat(128)}{}${'}'.repeat(128)}`],
    ['lists behind a text', `["]",${levels('[', ']', 127)}]`, `["]",${levels('[', ']', 128)}]`],
  ])('reads 128 levels of %s and no more', (_what, deepest, deeper) => {
    expect(parseJsonArgument(deepest)).toBeDefined();
    expect(parseJsonArgument(deeper)).toBeUndefined();
  });

  it.each(['', 'no', '[1', '"a', '{"a": }'])('has nothing for what is not JSON: %s', (text) => {
    expect(parseJsonArgument(text)).toBeUndefined();
  });
});
