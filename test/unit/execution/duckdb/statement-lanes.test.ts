import { describe, expect, it } from 'vitest';
import { StatementLanes } from '../../../../src/modules/execution/duckdb/statement-lanes.js';

const { signal } = new AbortController();
/** Whether a promise has settled by now. */
const settled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, 5, false))]);

describe('StatementLanes', () => {
  it('leave two threads free', async () => {
    const lanes = new StatementLanes(4);
    const leave = await lanes.enter(false, signal);
    await lanes.enter(false, signal);
    const third = lanes.enter(false, signal);

    expect(await settled(third)).toBe(false);
    expect(lanes.waiting).toBe(1);
    leave();
    expect(await settled(third)).toBe(true);
  });

  it('give slow statements half of the places', async () => {
    const lanes = new StatementLanes(6);
    const leave = await lanes.enter(true, signal);
    await lanes.enter(true, signal);
    const slow = lanes.enter(true, signal);

    expect(await settled(slow)).toBe(false);
    expect(await settled(lanes.enter(false, signal))).toBe(true);
    leave();
    expect(await settled(slow)).toBe(true);
  });

  it('are left by a slow statement that gives up waiting', async () => {
    const lanes = new StatementLanes(3);
    const leave = await lanes.enter(false, signal);
    const caller = new AbortController();
    const slow = lanes.enter(true, caller.signal);
    await settled(slow.catch(() => undefined));
    caller.abort();
    await expect(slow).rejects.toThrow();

    leave();
    expect(await settled(lanes.enter(true, signal))).toBe(true);
  });

  it('always let one statement run', async () => {
    expect(await settled(new StatementLanes(1).enter(true, signal))).toBe(true);
  });
});
