import { UnavailableError } from '../../common/errors/server-errors.js';

/** Most calls that wait for a reload (operations.md §2). */
const MOST_WAITING = 1000;
/** Longest that one of them waits. */
const LONGEST_WAIT_MS = 30_000;

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** Calls that wait for a reload to end, in order of arrival. */
export class WaitingLine<T> {
  readonly #waiters = new Set<Waiter<T>>();

  /**
   * Settles once `serve` has something to give.
   * @throws UnavailableError when too many wait already, or nothing was given in time
   */
  join(): Promise<T> {
    if (this.#waiters.size >= MOST_WAITING) {
      throw new UnavailableError(
        'Service is reloading and too many requests are waiting. Please retry in a few seconds.',
      );
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve,
        reject,
        timer: setTimeout(() => {
          this.#waiters.delete(waiter);
          reject(
            new UnavailableError(
              'Service is reloading and taking longer than expected. Please retry in a few seconds.',
            ),
          );
        }, LONGEST_WAIT_MS),
      };
      this.#waiters.add(waiter);
    });
  }

  /** Gives everybody in line one of what `give` makes, or the error it throws. */
  serve(give: () => T): void {
    for (const { resolve, reject, timer } of this.#waiters) {
      clearTimeout(timer);
      try {
        resolve(give());
      } catch (error) {
        reject(error);
      }
    }
    this.#waiters.clear();
  }
}
