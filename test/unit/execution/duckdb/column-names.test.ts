import { describe, expect, it } from 'vitest';
import { uniqueNames } from '../../../../src/modules/execution/duckdb/column-names.js';

describe('uniqueNames', () => {
  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'a', 'a'],
      ['a', 'a_1', 'a_2'],
    ],
    [
      ['a', 'A'],
      ['a', 'A_1'],
    ],
    [
      ['a', 'a_1', 'a'],
      ['a', 'a_1', 'a_2'],
    ],
  ])('makes of %j %j', (names, unique) => {
    expect(uniqueNames(names)).toEqual(unique);
  });
});
