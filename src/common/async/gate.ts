/** Lets at most `width` holders in at once; the others wait in order of arrival. */
export class Gate {
  readonly #width: number;
  readonly #waiting: Waiter[] = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Settles once there is room. Call the returned function exactly once to leave.
   * @throws the signal's reason when it fires while waiting
   */
  enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#width) {
      this.#inside += 1;
      return Promise.resolve(this.#leave());
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', waiter.abandon);
          resolve(this.#leave());
        },
        abandon: () => {
          this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
          reject(signal.reason as Error);
        },
      };
      signal.addEventListener('abort', waiter.abandon, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #leave(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next.admit();
    };
  }
}

interface Waiter {
  readonly admit: () => void;
  readonly abandon: () => void;
}
