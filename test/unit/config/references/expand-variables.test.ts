import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../../src/modules/config/references/expand-variables.js';
import { Variables } from '../../../../src/modules/config/variables.js';

const variables = new Variables({
  HOST: 'db',
  PORT: '5432',
  EMPTY: '',
  NESTED: '${HOST}',
  DOLLAR: "$& $1 $'",
});

describe('expandVariables', () => {
  it.each([
    ['plain', 'plain'],
    ['https://${HOST}:${PORT}/v1', 'https://db:5432/v1'],
    ['${HOST}${HOST}', 'dbdb'],
    ['[${EMPTY}]', '[]'],
    ['${EMPTY:-x}', 'x'],
    ['${UNSET:-x y}', 'x y'],
    ['${UNSET:-}', ''],
    ['${HOST:-x}', 'db'],
    ['$HOST {HOST}', '$HOST {HOST}'],
    ['${DOLLAR}', "$& $1 $'"],
  ])('makes %s into %s', (text, expected) => {
    expect(expandVariables(text, variables)).toEqual({ text: expected, missing: [], hasLeftover: false });
  });

  it('never looks at a value again', () => {
    expect(expandVariables('${NESTED} ${HOST}', variables)).toEqual({
      text: '${HOST} db',
      missing: [],
      hasLeftover: false,
    });
  });

  it('names what is unset and leaves it in place', () => {
    expect(expandVariables('${A} ${HOST} ${B}', variables)).toEqual({
      text: '${A} db ${B}',
      missing: ['A', 'B'],
      hasLeftover: false,
    });
  });

  it.each([
    ['${A-B}', '${A-B}'],
    ['${a.b} ${HOST}', '${a.b} db'],
    ['${', '${'],
    ['${}', '${}'],
    ['${UNSET:-${HOST}}', '${HOST}'],
  ])('tells that %s is no reference', (text, expected) => {
    expect(expandVariables(text, variables)).toEqual({ text: expected, missing: [], hasLeftover: true });
  });
});
