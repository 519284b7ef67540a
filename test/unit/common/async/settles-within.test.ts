import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settlesWithin } from '../../../../src/common/async/settles-within.js';

const never = new Promise(() => undefined);

describe('settlesWithin', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is true for work that settles in time, also when it fails', async () => {
    expect(await settlesWithin(Promise.resolve(1), 10)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error('no')), 10)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is false at the limit', async () => {
    const result = settlesWithin(never, 10);
    await vi.advanceTimersByTimeAsync(10);

    expect(await result).toBe(false);
  });

  it('is false once the signal fires, and when it has fired', async () => {
    const controller = new AbortController();
    const result = settlesWithin(never, 10, controller.signal);
    controller.abort();

    expect(await result).toBe(false);
    expect(await settlesWithin(never, 10, controller.signal)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes care of a failure that comes too late', async () => {
    const { promise, reject } = Promise.withResolvers<undefined>();
    const result = settlesWithin(promise, 10);
    await vi.advanceTimersByTimeAsync(10);
    reject(new Error('late'));

    expect(await result).toBe(false);
  });
});
