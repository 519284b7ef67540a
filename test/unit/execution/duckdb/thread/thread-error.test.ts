import { describe, expect, it } from 'vitest';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
  OutputTooLargeError,
} from '../../../../../src/common/errors/endpoint-errors.js';
import {
  DatabaseUnavailableError,
  UnavailableError,
} from '../../../../../src/common/errors/server-errors.js';
import {
  fromThreadError,
  toThreadError,
} from '../../../../../src/modules/execution/duckdb/thread/thread-error.js';

const crossed = (error: unknown) => fromThreadError(structuredClone(toThreadError(error)));

describe('an error that crosses threads', () => {
  it.each([
    new ExecutionFailedError('Failed to execute SQL: x', new RangeError('x')),
    new ExecutionTimeoutError(200),
    new ExecutionCancelledError(),
    new OutputTooLargeError('too large'),
    new UnavailableError('full'),
    new DatabaseUnavailableError('locked', { cause: new RangeError('pid') }),
  ])('arrives as it left: %s', (error) => {
    const arrived = crossed(error);

    expect(arrived).toBeInstanceOf(error.constructor);
    expect(arrived).toMatchObject({ code: error.code, message: error.message });
    expect((arrived as Error).cause).toEqual(error.cause);
  });

  it('is still a defect when it was one', () => {
    expect(crossed(new TypeError('odd'))).toMatchObject({ name: 'TypeError', message: 'odd' });
    expect(crossed({ odd: 1 })).toBe('{ odd: 1 }');
  });
});
