import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../../src/common/async/deadline.js';
import { Gate } from '../../../../src/common/async/gate.js';

const never = new AbortController().signal;

describe('Gate', () => {
  it('lets in as many as it is wide, and the next when one leaves', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    const second = gate.enter(never);
    expect([gate.inside, gate.waiting]).toEqual([1, 1]);

    leave();

    await second;
    expect([gate.inside, gate.waiting]).toEqual([1, 0]);
  });

  it('counts a holder that leaves twice once', async () => {
    const gate = new Gate(2);
    const leave = await gate.enter(never);
    await gate.enter(never);

    leave();
    leave();

    expect(gate.inside).toBe(1);
  });

  it('lets one who gives up waiting go without taking a place', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    const controller = new AbortController();
    const waiting = gate.enter(controller.signal);

    controller.abort();

    await expect(waiting).rejects.toThrow();
    leave();
    expect([gate.inside, gate.waiting]).toEqual([0, 0]);
  });

  it('does not let in whose signal fired before', () => {
    expect(() => new Gate(1).enter(AbortSignal.abort())).toThrow();
  });
});

describe('Deadline', () => {
  it('fires when its time is up, and says so', async () => {
    using deadline = new Deadline(never, 5);

    await new Promise((resolve) => {
      deadline.signal.addEventListener('abort', resolve);
      setTimeout(resolve, 1000); // keeps the loop alive; the deadline's own timer does not
    });

    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.expired).toBe(true);
  });

  it('fires with its parent without having expired', () => {
    const parent = new AbortController();
    using deadline = new Deadline(parent.signal, 60_000);

    parent.abort();

    expect([deadline.signal.aborted, deadline.expired]).toEqual([true, false]);
  });

  it('is over at once when its parent is', () => {
    using deadline = new Deadline(AbortSignal.abort(), 0);

    expect(deadline.signal.aborted).toBe(true);
  });
});
