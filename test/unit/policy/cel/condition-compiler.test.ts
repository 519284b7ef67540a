import { describe, expect, it } from 'vitest';
import { celList } from '@bufbuild/cel';
import {
  ConditionCompiler,
  MAX_CONDITION_BYTES,
  MAX_CONDITION_DEPTH,
} from '../../../../src/modules/policy/cel/condition-compiler.js';
import type { Bindings } from '../../../../src/modules/policy/cel/condition.js';
import { MAX_STEPS } from '../../../../src/modules/policy/cel/evaluation-budget.js';
import type { Known } from '../../../../src/modules/policy/cel/expression-kind.js';
import { evaluate } from '../../../builders/conditions.js';

/** Every name that could stand for a word of two letters. */
const shortNames = Array.from({ length: 36 }, (_, number) => `_${number.toString(36)}`);

const compiler = new ConditionCompiler();
const variables = new Map<string, Known>([
  ['n', 'number'],
  ['flag', 'bool'],
  ['text', 'other'],
  ['items', 'other'],
  ['user', ['role', 'permissions']],
  ['params', []],
  ['any', 'unknown'],
]);

describe('ConditionCompiler', () => {
  it.each([
    ['', 'the condition is empty'],
    ['  ', 'the condition is empty'],
    ['n == 5 and flag', 'found a but expecting end of input at line 1, column 8; write && for and'],
    [
      `${'\n'.repeat(9)}n == 5 or flag`,
      'found o but expecting end of input at line 10, column 8; write || for or',
    ],
    ['n ==', 'found = but expecting end of input at line 1, column 3'],
    ['(', 'found end of input where a value should be at line 1, column 2'],
    [`${shortNames.join(' + ')} + as`, 'reserved identifier at line 1, column 181'],
    ['!', 'found end of input where a value should be at line 1, column 2'],
    [`text == '${'x'.repeat(MAX_CONDITION_BYTES)}'`, 'the condition is longer than 4096 bytes'],
    [`text == '${'é'.repeat(MAX_CONDITION_BYTES / 2)}'`, 'the condition is longer than 4096 bytes'],
    ['n' + ' + n'.repeat(MAX_CONDITION_DEPTH), 'the condition is nested more than 200 levels deep'],
    ['['.repeat(2000) + ']'.repeat(2000), 'the condition is nested more than 200 levels deep'],
  ])('refuses %j', (text, reason) => {
    const compiled = compiler.compile(text, variables);

    expect(compiled).toEqual({
      ok: false,
      reason: typeof reason === 'string' ? reason : (expect.stringMatching(reason) as unknown),
    });
  });

  it.each([
    ['usr.role == "x"', "unknown variable 'usr'; did you mean 'user'?"],
    ['nothing_at_all == 1', "unknown variable 'nothing_at_all'"],
    ['[usr] == []', "unknown variable 'usr'; did you mean 'user'?"],
    ["{'a': usr} == {}", "unknown variable 'usr'; did you mean 'user'?"],
    ['{usr: 1} == {}', "unknown variable 'usr'; did you mean 'user'?"],
    ['any.import()', "unknown function 'import'"],
    ["role == 'x'", "unknown variable 'role'; write 'user.role'"],
    ["user.roel == 'x'", "'user' has no field 'roel'; did you mean 'role'?"],
    ["user.department == 'x'", "'user' has no field 'department'; it has role, permissions"],
    ['params.id == 1', "'params' has no field 'id'; it has none"],
    ['text.startWith("x")', "unknown function 'startWith'; did you mean 'startsWith'?"],
    [
      '(timestamp(text) - timestamp(text)).getDays() > 30',
      "unknown function 'getDays'; did you mean 'getDate'?",
    ],
    ["'false'", 'the condition does not answer true or false; its truth decides'],
    ['size(items)', 'the condition does not answer true or false; its truth decides'],
    ['n && flag', 'an operand of && is not true or false; its truth decides'],
    ['flag || text', 'an operand of || is not true or false; its truth decides'],
    ['items.filter(x, size(x)) == []', "a macro's predicate is not true or false; its truth decides"],
    ['1 < 2 < 3', "a chain such as '1 < 2 < 3' compares a truth value; write 'a < b && b < c'"],
    ['flag == 1', 'a truth value never equals a number'],
    ['0 != true', 'a truth value never equals a number'],
  ])('warns about %s', (text, warning) => {
    expect(compiler.compile(text, variables)).toMatchObject({ ok: true, warnings: [warning] });
  });

  it.each([
    "user.role == 'admin'",
    'items.exists(n, n.flag && any)',
    'items.exists(user, user.anything == 1)',
    "strings.quote(text) != '' && has(user.x)",
    'type(n) == int || type(any) == google.protobuf.Timestamp',
    'any && flag',
    'items.map(x, x > 1, x * 2).size() > 0',
    '{1: 2}[1] == 2',
  ])('has nothing to say about %s', (text) => {
    expect(compiler.compile(text, variables)).toMatchObject({ ok: true, warnings: [] });
  });

  it.each([
    `text == '${'x'.repeat(MAX_CONDITION_BYTES - 10)}'`,
    'n' + ' + n'.repeat(MAX_CONDITION_DEPTH - 1),
  ])('takes what is just within the limits: %j', (text) => {
    expect(compiler.compile(text, variables)).toMatchObject({ ok: true });
  });

  it('tells which variables a condition needs', () => {
    const compiled = compiler.compile('items.all(flag, flag > n) && unknown', variables);

    expect(compiled.ok && compiled.condition.variables).toEqual(['items', 'n']);
  });
});

describe('Condition', () => {
  it.each([
    ['missing == 1', 'unknown variable at character 1'],
    ['user.x == 1', 'no such field at character 5'],
    ["user[text] == 'x'", 'no such key at character 5'],
    ['items[9] == 1', 'index out of range at character 1'],
    ['items[-2] == 1', 'index out of range at character 6'],
    ['items[text] == 1', 'a list is indexed by an integer at character 6'],
    ["items['' + '0'] == 1", 'a list is indexed by an integer at character 6'],
    ['items[flag] == 1', 'a list is indexed by an integer at character 6'],
    ['items[0.5] == 1', 'a list is indexed by an integer at character 6'],
    ['n[-1] == 1', 'value cannot be indexed at character 2'],
    ['user[items] == 1', 'no such key at character 5'],
    ['n / 0u == 1', 'divide by zero at character 2'],
    ["double('nan') < 1.0", 'NaN has no order at character 14'],
    ['any.nofn()', 'unbound function: nofn at character 4'],
    ['n / 0 == 1', 'int divide by zero'],
    ['text < 1', "no matching overload for '_<_' applied to '(string, int)' at character 5"],
    ["text.matches('(')", 'invalid regular expression'],
    ['bool(text)', 'evaluation failed at character 1'],
    ['int(text) == 1', 'text is not an integer at character 1'],
    ['double(text) > 1.0', 'text is not a number at character 1'],
    ['timestamp(text) == timestamp(0)', 'text is not a timestamp at character 1'],
    ["duration(text) == duration('1s')", 'text is not a duration at character 1'],
    ['flag && int(text) == 1', 'text is not an integer at character 9'],
    ['!n', "no matching overload for '!_' applied to '(int)' at character 1"],
  ])('says why %s failed, without the data', (text, detail) => {
    const bindings = { n: 5n, text: 'hunter2', items: celList([1n]), user: {}, any: 1n, flag: true };

    expect(evaluate(text, bindings)).toEqual({ ok: false, detail });
  });

  it('says nothing of keys that came from data', () => {
    const evaluation = evaluate('user[text] == 1', { user: { a: 1n }, text: 'hunter2' });

    expect(JSON.stringify(evaluation)).not.toContain('hunter2');
  });

  it.each([
    "int('') == 0",
    "int(' 1') == 1",
    "int('9223372036854775808') > 0",
    "uint('-1') == 0u",
    "double('') < 1.0",
    "timestamp('2024-13-01') < timestamp(0)",
    'timestamp(253402300800) > timestamp(0)',
    "duration('1') == duration('1s')",
    "duration('') == duration('0s')",
    '1u - 2 == 0u',
  ])('refuses a conversion that has no value: %s', (text) => {
    expect(evaluate(text, {})).toMatchObject({ ok: false });
  });

  it.each([
    "int('-0x1F') == -31 && int('+7') == 7",
    "uint('0x10') == 16u",
    "double('1e3') == 1000.0 && double('-.5') == -0.5 && double('-inf') < 0.0",
    "timestamp('2024-05-01T10:00:00') == timestamp('2024-05-01T12:00:00+02:00')",
    "timestamp('2024-05-01 10:00:00.5Z') > timestamp('2024-05-01T10:00:00Z')",
    "duration('1.5d') == duration('36h') && duration('-1d2h') == duration('-26h')",
    "matches('abc', 'b') && 'abc'.matches('^a')",
    '2u * 3 == 6u && 7 % 4u == 3 && 7u / 2 == 3u && 5 - 3u == 2',
    'true > 0 && (1 < 2) <= 1u && false < 0.5',
    "'aXbXc'.replace('X', '$&') == 'a$&b$&c'",
    "'abc'.replace('', '-') == '-a-b-c-' && 'abc'.replace('', '-', 2) == '-a-bc'",
    "'aXbXc'.replace('X', '-', 1) == 'a-bXc' && 'aX'.replace('X', '-', -1) == 'a-'",
    "{'a': null}.contains('a') && 'a' in {'a': null} && !({'a': 1}.contains('b'))",
    "[1, 'x'].contains('x') && ![1].contains(2.0) && [2].contains(2.0)",
    '[1, 2, 3][-3] == 1 && [[1, 2]][0][-1] == 2 && {-1: 5}[-1] == 5',
    '[1, 2, 3][1u] == 2 && [1, 2, 3][0u] == 1 && [1, 2, 3][1.0 + 1.0] == 3 && [1, 2, 3][1 - 1] == 1',
    '!(1 in {2: 3}) && 2 in {2: 3} && 2.0 in {2: 3} && 2u in {2: 3} && !(false in {true: 3})',
    '[3, 1].map(x, x)[-1] == 1 && [3, 1].filter(x, x > 1) == [3]',
    '[1, 2].map(x, [1, 2].filter(y, y > x)) == [[2], []]',
    "has({'a': null}.a) && !has({}.a) && !has(nope.a.b) && !has(nope) && !has([1][5])",
    "[{'for': 1}].exists(if, if.for == 1)",
    "namespace.import == 'x' || true",
  ])('evaluates %s', (text) => {
    expect(evaluate(text, {})).toEqual({ ok: true, fired: true, isBoolean: true });
  });

  it.each([
    ['0', false],
    ['0.0', false],
    ['0u', false],
    ["''", false],
    ['[]', false],
    ['null', false],
    ['-1', true],
    ["'false'", true],
    ['[0]', true],
  ])('takes %s for %s', (text, fired) => {
    expect(evaluate(text, {})).toEqual({ ok: true, fired, isBoolean: false });
  });

  it('ends an evaluation that takes too many steps, even where the error is absorbed', () => {
    const items = celList(Array.from({ length: 1_000 }, (_, index) => BigInt(index)));
    const detail = `evaluation took more than ${MAX_STEPS} steps`;

    expect(evaluate('items.all(a, items.all(b, a + b > -1))', { items })).toEqual({ ok: false, detail });
    expect(evaluate('items.exists(a, !(a in items)) || true', { items })).toEqual({ ok: false, detail });
    expect(evaluate('items.all(a, items == items.map(b, b))', { items })).toEqual({ ok: false, detail });
    expect(evaluate('items.all(a, a >= 0)', { items })).toMatchObject({ ok: true, fired: true });
  });

  it('counts the members of what it compares', () => {
    const items = celList(Array.from({ length: 1_000 }, (_, index) => BigInt(index)));
    const members = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1n]));
    const detail = `evaluation took more than ${MAX_STEPS} steps`;

    expect(evaluate('items.all(a, items != [a])', { items })).toEqual({ ok: false, detail });
    expect(evaluate('items.all(a, !(items == [a]))', { items })).toEqual({ ok: false, detail });
    expect(evaluate('items.all(a, members != {a: 1})', { items, members })).toEqual({ ok: false, detail });
  });

  it('goes on counting when it compares what has no members', () => {
    const items = celList(Array.from({ length: 1_000 }, (_, index) => BigInt(index)));

    expect(evaluate("items.all(a, items.all(b, b != 'x'))", { items })).toEqual({
      ok: false,
      detail: `evaluation took more than ${MAX_STEPS} steps`,
    });
  });

  it('maps and filters a long list without copying it for each element', () => {
    const items = celList(Array.from({ length: 40_000 }, (_, index) => BigInt(index)));

    expect(evaluate('items.filter(x, x > 0).map(x, x)[-1] == 39999', { items })).toMatchObject({
      fired: true,
    });
  });

  it('matches in time linear in the text', () => {
    const text = `${'a'.repeat(50_000)}!`;

    expect(evaluate("text.matches('^(a+)+$')", { text })).toMatchObject({ ok: true, fired: false });
  });

  it('finds no variable on a prototype', () => {
    expect(evaluate('toString == 1', Object.create(null) as Bindings)).toMatchObject({ ok: false });
  });
});
