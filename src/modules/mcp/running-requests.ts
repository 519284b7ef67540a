import { DRAIN_LIMIT_MS } from '../../common/async/drain-limit.js';

/** Counts the requests that are being answered, by whichever lane. */
export class RunningRequests {
  #running = 0;
  #whenIdle: (() => void)[] = [];

  async count<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        for (const resolve of this.#whenIdle.splice(0)) resolve();
      }
    }
  }

  /** Settles once nothing is being answered, or when calls have had their time to finish. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DRAIN_LIMIT_MS);
      this.#whenIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
