import { describe, expect, it } from 'vitest';
import { mappedCapabilities, withCapabilities } from '../../../../src/common/domain/capabilities.js';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import type { JsonObject } from '../../../../src/common/domain/json.js';

const byRole = { hr: ['salaries', 'people'], 'data steward': ['catalog'], true: ['all'], '7': ['seven'] };

describe('mappedCapabilities', () => {
  it.each<[string, JsonObject, string[]]>([
    ['nothing', {}, []],
    ['null', { role: null }, []],
    ['an unknown value', { role: 'guest' }, []],
    ['a text', { role: 'hr' }, ['people', 'salaries']],
    ['each word of a text', { role: 'guest hr' }, ['people', 'salaries']],
    ['a text with a blank, whole before its words', { role: 'data steward' }, ['catalog']],
    [
      'each element of a list, once',
      { role: ['hr', 'data steward', 'hr'] },
      ['catalog', 'people', 'salaries'],
    ],
    ['a boolean and a number', { role: [true, 7] }, ['all', 'seven']],
    ['an object', { role: { hr: true } }, []],
    ['a name that every object has', { role: 'constructor' }, []],
  ])('gives for %s what is mapped, sorted', (_what, profile, expected) => {
    expect(mappedCapabilities(profile, { role: byRole })).toEqual(expected);
  });

  it('takes the exact key before the path along the dots', () => {
    const mappings = { 'org.team': { a: ['of key'], b: ['of path'] } };

    expect(mappedCapabilities({ 'org.team': 'a', org: { team: 'b' } }, mappings)).toEqual(['of key']);
    expect(mappedCapabilities({ org: { team: 'b' } }, mappings)).toEqual(['of path']);
    expect(mappedCapabilities({ org: 'b' }, mappings)).toEqual([]);
  });
});

describe('withCapabilities', () => {
  it('adds to what the principal has', () => {
    const ada = principalFromContext({ role: 'hr', capabilities: ['own', 'people'] }, 'cli', 'x');

    expect(withCapabilities(ada, { role: byRole }).capabilities).toEqual(['own', 'people', 'salaries']);
    expect(withCapabilities(ada, {})).toBe(ada);
  });
});
