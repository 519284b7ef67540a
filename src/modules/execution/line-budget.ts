import type { Clock } from '../../common/ports/clock.js';

const LINES_PER_WINDOW = 200;
const WINDOW_MS = 1000;

/** How many log lines one source may write in a while. */
export class LineBudget {
  #windowStart: number;
  #shown = 0;
  #dropped = 0;

  /** @param onDropped is told how many were refused, once that is over */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly onDropped: (lines: number) => void,
  ) {
    this.#windowStart = clock.monotonicMs();
  }

  /** Whether one more line may be written now. */
  admits(): boolean {
    const now = this.clock.monotonicMs();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#shown = 0;
      this.report();
    }
    if (this.#shown >= LINES_PER_WINDOW) {
      this.#dropped += 1;
      return false;
    }
    this.#shown += 1;
    return true;
  }

  /** Tells of those refused until now. */
  report(): void {
    if (this.#dropped === 0) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.onDropped(lines);
  }
}
