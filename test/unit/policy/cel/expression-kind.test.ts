import { parse } from '@bufbuild/cel';
import { describe, expect, it } from 'vitest';
import { kindOf, type Kind } from '../../../../src/modules/policy/cel/expression-kind.js';

const names: Readonly<Record<string, Kind>> = { flag: 'bool', n: 'number', text: 'other' };

describe('what an expression is known to be', () => {
  it.each<[Kind, readonly string[]]>([
    ['bool', ['true', 'flag', 'has(a.b)', '!a', 'a == b', 'a != b', 'a < b', 'a in b', 'a && b', 'a || b']],
    ['bool', ["text.startsWith('x')", "a.matches('x')", 'bool(a)', 'a ? flag : false']],
    ['bool', ['l.all(x, x)', 'l.exists(x, x)', 'l.exists_one(x, x)']],
    ['number', ['1', '1u', '1.5', 'n', '-a', 'a * b', 'a / b', 'a % b', 'size(a)', 'int(a)', 'double(a)']],
    ['number', ['a + 1', '1 + a', 'a + n', "a.indexOf('x')", 'a ? 1 : n']],
    ['other', ["'x'", "b'x'", 'null', 'text', '[1]', "{'a': 1}", 'string(a)', 'type(a)', 'a.lowerAscii()']],
    ['other', ["timestamp('2024-05-01')", 'l.map(x, x)', 'l.filter(x, x)', "a ? 'x' : text"]],
    ['unknown', ['a', 'a.b', 'a[0]', 'a + b', "'x' + 'y'", 'a - b', 'f(a)', 'f(a, 1, 2)']],
    ['unknown', ['a ? 1 : text', 'a ? flag : 1', 'a ? b : 1', 'a ? 1 : b']],
  ])('is %s: %j', (kind, texts) => {
    expect(texts.map((text) => [text, kindOf(parse(text).expr, (name) => names[name] ?? 'unknown')])).toEqual(
      texts.map((text) => [text, kind]),
    );
  });

  it('is unknown for names of which nothing is said', () => {
    expect(kindOf(parse('n').expr)).toBe('unknown');
  });
});
