import { Gate } from '../../../common/async/gate.js';

/** Threads kept for files, DNS and whatever else waits for the thread pool. */
const SPARE_THREADS = 2;

/**
 * Bounds how many statements run at once in this process, because each holds a thread of the pool that
 * file access needs too. Slow statements may take only half of the places (architecture.md §9).
 */
export class StatementLanes {
  readonly #all: Gate;
  readonly #slow: Gate;

  /** @param threadCount size of the process's thread pool */
  constructor(threadCount: number) {
    const width = Math.max(1, threadCount - SPARE_THREADS);
    this.#all = new Gate(width);
    this.#slow = new Gate(Math.max(1, Math.floor(width / 2)));
  }

  get waiting(): number {
    return this.#all.waiting + this.#slow.waiting;
  }

  /**
   * Settles once there is room for one more statement. Call the returned function exactly once to leave.
   * @throws the signal's reason when it fires while waiting
   */
  enter(signal: AbortSignal): Promise<() => void> {
    return this.#all.enter(signal);
  }

  /** As `enter`, for what a slow statement needs before that. */
  enterSlow(signal: AbortSignal): Promise<() => void> {
    return this.#slow.enter(signal);
  }
}
