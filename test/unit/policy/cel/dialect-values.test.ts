import { celList } from '@bufbuild/cel';
import { describe, expect, it } from 'vitest';
import { ConditionCompiler } from '../../../../src/modules/policy/cel/condition-compiler.js';
import { MAX_STEPS } from '../../../../src/modules/policy/cel/evaluation-budget.js';
import { evaluate } from '../../../builders/conditions.js';

describe('a value read from text', () => {
  it.each([
    "int('12') == 12 && int('+12') == 12 && int('-12') == -12",
    "int('0x1F') == 31 && int('-0X1f') == -31",
    "int('9223372036854775807') > 0 && int('-9223372036854775808') < 0",
    "uint('12') == 12u && uint('0xFf') == 255u && uint('0') == 0u",
    "uint('18446744073709551615') == 18446744073709551615u",
    "double('12.25') == 12.25 && double('1.') == 1.0 && double('.25') == 0.25",
    "double('+1.5e+3') == 1500.0 && double('1e10') == 10000000000.0 && double('2E-2') == 0.02",
    "double('-inf') < -1e308 && double('Infinity') > 1e308 && double('+inf') > 1e308",
    "double('nan') != double('NaN')",
    "timestamp('2024-05-01') == timestamp('2024-05-01T00:00:00Z')",
    "timestamp('2024-05-01 10:00:00') == timestamp('2024-05-01t12:00:00+02:00')",
    "timestamp('2024-05-01T10:00:00.5z') == timestamp('2024-05-01T10:00:00.500Z')",
    "timestamp(253402300799) == timestamp('9999-12-31T23:59:59Z')",
    "timestamp(-62135596800) == timestamp('0001-01-01T00:00:00Z')",
    "duration('1h30m') == duration('90m') && duration('1d') == duration('24h')",
    "duration('1.25s') == duration('1250ms') && duration('.5s') == duration('500ms')",
    "duration('-2m') == duration('-120s') && duration('+5s') == duration('5s')",
    "timestamp('2024-05-01') + duration('1.25s') == timestamp('2024-05-01T00:00:01.250Z')",
    "duration('1us') == duration('1000ns') && duration('1µs') == duration('1us')",
    "duration('0') == duration('0s') && duration('-2m') < duration('0s')",
  ])('holds: %s', (text) => {
    expect(evaluate(text)).toMatchObject({ ok: true, fired: true });
  });

  it.each([
    ["int('')", 'text is not an integer'],
    ["int('12x')", 'text is not an integer'],
    ["int('x12')", 'text is not an integer'],
    ["int('9223372036854775808')", 'int overflow'],
    ["int('-9223372036854775809')", 'int overflow'],
    ["uint('-1')", 'text is not an integer'],
    ["uint('1x')", 'text is not an integer'],
    ["uint('x1')", 'text is not an integer'],
    ["uint('18446744073709551616')", 'uint overflow'],
    ["double('1x')", 'text is not a number'],
    ["double('x1')", 'text is not a number'],
    ["double('1e')", 'text is not a number'],
    ["double('infx')", 'text is not a number'],
    ["double('xinf')", 'text is not a number'],
    ["timestamp('x2024-05-01')", 'text is not a timestamp'],
    ["timestamp('2024-05-01x')", 'text is not a timestamp'],
    ['timestamp(253402300800)', 'timestamp overflow'],
    ['timestamp(-62135596801)', 'timestamp overflow'],
    ["duration('5')", 'text is not a duration'],
    ["duration('s')", 'text is not a duration'],
    ["duration('x5s')", 'text is not a duration'],
    [`duration('${'1s'.repeat(65)}')`, 'text is not a duration'],
  ])('cannot be had: %s', (text, reason) => {
    expect(evaluate(`${text} == ${text}`)).toEqual({
      ok: false,
      detail: expect.stringMatching(`^${reason} at character \\d+$`) as unknown,
    });
  });

  it('may be a duration of 128 characters', () => {
    expect(evaluate(`duration('${'1s'.repeat(64)}') == duration('64s')`)).toMatchObject({ fired: true });
  });
});

describe('an order of numbers', () => {
  it.each([
    '1.5 < 2.5 && !(2.5 < 2.5) && !(3.5 < 2.5)',
    '1.5 <= 2.5 && 2.5 <= 2.5 && !(3.5 <= 2.5)',
    '3.5 > 2.5 && !(2.5 > 2.5) && !(1.5 > 2.5)',
    '3.5 >= 2.5 && 2.5 >= 2.5 && !(1.5 >= 2.5)',
    '9223372036854775806 + 1 == 9223372036854775807',
  ])('holds: %s', (text) => {
    expect(evaluate(text)).toMatchObject({ ok: true, fired: true });
  });
});

describe('the dialect inside other expressions', () => {
  it.each([
    '[1, [2, 3][-1]] == [1, 3]',
    "{'k': [2, 3][-1]}['k'] == 3 && {[2, 3][-1]: 'v'}[3] == 'v'",
    '[[1, 2], [3]].all(l, l[-1] > 1) && [[1, 2]].map(l, l[-1]) == [2]',
    '[[1, 2], [3]].filter(l, l[-1] == 3) == [[3]] && [[1, 2][-1]].exists(x, x == 2)',
    "('' || 'x') && !(0 || '') && !('x' && [])",
    "[1].exists(x, 'text') && ![1].exists(x, '') && [1].all(x, 1)",
    "['a', ''].filter(x, x) == ['a'] && ['a', ''].exists_one(x, x) && [0, 2].map(x, x, x + 1) == [3]",
    "[1, 2].map(x, [x]) == [[1], [2]] && [1].map(x, 'a' + 'b') == ['ab']",
    '[1] + [2, 3] == [1, 2, 3] && [4, 5][0] == 4 && [4, 5][-2] == 4',
  ])('holds: %s', (text) => {
    expect(evaluate(text)).toMatchObject({ ok: true, fired: true });
  });
});

describe('the steps of an evaluation', () => {
  it.each(['items.all(a, true)', 'items.map(a, 1) == []', 'items.filter(a, false) == []'])(
    'are one at least for each element: %s',
    (text) => {
      const items = celList(Array.from({ length: MAX_STEPS + 1 }, () => 1n));

      expect(evaluate(text, { items })).toEqual({
        ok: false,
        detail: `evaluation took more than ${MAX_STEPS} steps`,
      });
    },
  );

  it('may be as many as there are', () => {
    const items = celList(Array.from({ length: MAX_STEPS }, () => 1n));

    expect(evaluate('items.all(a, true)', { items })).toMatchObject({ ok: true, fired: true });
  });

  it('are counted anew for each', () => {
    const items = celList(Array.from({ length: 4_000 }, (_, index) => BigInt(index)));
    const compiled = new ConditionCompiler().compile('items.all(a, a >= 0)', new Map());
    const outcomes = Array.from({ length: 30 }, () =>
      compiled.ok ? compiled.condition.evaluate({ items }).ok : false,
    );

    expect(new Set(outcomes)).toEqual(new Set([true]));
  });
});
