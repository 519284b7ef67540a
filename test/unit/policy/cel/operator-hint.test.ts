import { describe, expect, it } from 'vitest';
import { ConditionCompiler } from '../../../../src/modules/policy/cel/condition-compiler.js';

const reason = (condition: string): string => {
  const compiled = new ConditionCompiler().compile(condition, new Map([['user', ['role']]]));
  return compiled.ok ? 'compiles' : compiled.reason;
};

describe('a condition with the operators of another language', () => {
  it.each([
    ["user.role = 'x'", 'found = but expecting end of input at line 1, column 11; write == to compare'],
    [
      "user.role == 'a' and true",
      'found a but expecting end of input at line 1, column 18; write && for and',
    ],
    ["user.role == 'a'\nOR true", 'found O but expecting end of input at line 2, column 1; write || for or'],
    ["not user.role == 'a'", 'found u but expecting end of input at line 1, column 5; write ! for not'],
    ["user.role == 'a' android", 'found a but expecting end of input at line 1, column 18'],
  ])('says of %j what CEL writes', (condition, expected) => {
    expect(reason(condition)).toBe(expected);
  });
});
