import { describe, expect, it } from 'vitest';
import { StatementLanes } from '../../../../src/modules/execution/duckdb/statement-lanes.js';

const { signal } = new AbortController();
/** Whether a promise has settled by now. */
const settled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, 5, false))]);

describe('StatementLanes', () => {
  it('leave two threads free', async () => {
    const lanes = new StatementLanes(4);
    const leave = await lanes.enter(signal);
    await lanes.enter(signal);
    const third = lanes.enter(signal);

    expect(await settled(third)).toBe(false);
    expect(lanes.waiting).toBe(1);
    leave();
    expect(await settled(third)).toBe(true);
  });

  it('give slow statements half of the places', async () => {
    const lanes = new StatementLanes(6);
    const leave = await lanes.enterSlow(signal);
    await lanes.enterSlow(signal);
    const slow = lanes.enterSlow(signal);

    expect(await settled(slow)).toBe(false);
    expect(lanes.waiting).toBe(1);
    expect(await settled(lanes.enter(signal))).toBe(true);
    leave();
    expect(await settled(slow)).toBe(true);
  });

  it('always let one statement run', async () => {
    const lanes = new StatementLanes(1);
    await lanes.enterSlow(signal);

    expect(await settled(lanes.enter(signal))).toBe(true);
  });
});
