import type { Clock } from '../../common/ports/clock.js';

/** The machine's clocks. */
export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
