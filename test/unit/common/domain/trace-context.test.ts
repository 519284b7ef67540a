import { describe, expect, it } from 'vitest';
import { traceIdOf } from '../../../../src/common/domain/trace-context.js';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traceIdOf', () => {
  it.each([
    [`00-${id}-00f067aa0ba902b7-01`, id],
    [` 00-${id}-00f067aa0ba902b7-01 `, id],
    [`cc-${id}-00f067aa0ba902b7-01-more`, id],
  ])('reads %j', (header, expected) => {
    expect(traceIdOf(header)).toBe(expected);
  });

  it.each([
    undefined,
    '',
    id,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${id}-00f067aa0ba902b7-01`,
    `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${id}-short-01`,
  ])('has nothing for %j', (header) => {
    expect(traceIdOf(header)).toBeNull();
  });
});
