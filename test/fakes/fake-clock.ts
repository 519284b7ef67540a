import type { Clock } from '../../src/common/ports/clock.js';

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 2, 2, 9, 15, 4, 812);
  #monotonicMs = 0;

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }
}
