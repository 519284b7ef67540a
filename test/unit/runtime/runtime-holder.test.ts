import { afterEach, describe, expect, it, vi } from 'vitest';
import { HeldRuntime } from '../../../src/modules/runtime/held-runtime.js';
import { RuntimeHolder } from '../../../src/modules/runtime/runtime-holder.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

function build() {
  const { runtime } = new FixedRuntime();
  const holder = new RuntimeHolder();
  const held = new HeldRuntime(runtime);
  holder.serve(held);
  const next = new HeldRuntime({ ...runtime, generation: 2 });
  const generation = (): Promise<number> => holder.use((lent) => Promise.resolve(lent.generation));
  return { generation, held, holder, next, runtime };
}

describe('RuntimeHolder', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('refuses work before the first Runtime', async () => {
    const holder = new RuntimeHolder();

    await expect(holder.use(() => Promise.resolve(1))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Server is starting',
    });
    expect(holder.current()).toBeNull();
  });

  it('lends the serving Runtime and counts who works on it', async () => {
    const { held, holder, runtime } = build();
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const work = holder.use(async (lent) => {
      await promise;
      order.push('work');
      return lent;
    });

    const idle = held.idle().then(() => order.push('idle'));
    resolve(undefined);
    await idle;

    expect(order).toEqual(['work', 'idle']);
    await expect(work).resolves.toBe(runtime);
  });

  it('gives the lease back when the work fails', async () => {
    const { held, holder } = build();

    await expect(holder.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');

    await expect(held.idle()).resolves.toBeUndefined();
  });

  it('lets calls wait while paused, and serves them in order by the Runtime of then', async () => {
    const { generation, holder, next } = build();
    holder.pause();
    const order: string[] = [];
    const calls = ['first', 'second'].map((name) =>
      holder.use((lent) => Promise.resolve(order.push(`${name} on ${lent.generation}`))),
    );
    expect(holder.isPaused()).toBe(true);
    expect(holder.current()?.generation).toBe(1);

    holder.serve(next);
    holder.resume();
    await Promise.all(calls);

    expect(order).toEqual(['first on 2', 'second on 2']);
    expect(await generation()).toBe(2);
  });

  it('holds the Runtime for those who waited from the moment the wait ends', async () => {
    const { generation, held, holder, next } = build();
    holder.pause();
    const waiting = generation();
    holder.resume();
    holder.serve(next);
    let isIdle = false;
    const idle = held.idle().then(() => (isIdle = true));
    await Promise.resolve();
    expect(isIdle).toBe(false);

    expect(await waiting).toBe(1);
    await idle;
  });

  it('lets at most 1000 calls wait', async () => {
    const { generation, holder } = build();
    holder.pause();
    const calls = Array.from({ length: 1000 }, generation);

    await expect(generation()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Service is reloading and too many requests are waiting. Please retry in a few seconds.',
    });

    holder.resume();
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
  });

  it('lets nobody wait for more than 30 seconds', async () => {
    vi.useFakeTimers();
    const { generation, holder } = build();
    holder.pause();
    const refused = expect(generation()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Service is reloading and taking longer than expected. Please retry in a few seconds.',
    });
    await vi.advanceTimersByTimeAsync(29_000);
    const late = generation();
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;

    holder.resume();
    expect(await late).toBe(1);
  });

  it('refuses work for the reason given when there is no Runtime any more', async () => {
    const { generation, holder } = build();
    holder.pause();
    const waiting = generation();
    holder.serveNothing('Server is not available');
    holder.resume();

    await expect(waiting).rejects.toThrow('Server is not available');
    await expect(generation()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(holder.current()).toBeNull();
  });

  it('refuses new and waiting calls once it is told to, and cannot be paused after', async () => {
    const { generation, holder } = build();
    holder.pause();
    const waiting = generation();
    holder.refuse();
    holder.pause();

    await expect(waiting).rejects.toThrow('Server is shutting down');
    await expect(generation()).rejects.toThrow('Server is shutting down');
  });
});
