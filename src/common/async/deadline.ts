/** A signal that fires when the parent fires or the time is up; `expired` tells which. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout | null;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  #expired = false;

  /** @param timeoutMs 0 means that only the parent ends the work */
  constructor(parent: AbortSignal, timeoutMs: number) {
    this.#parent = parent;
    this.signal = this.#controller.signal;
    this.#timer =
      timeoutMs > 0
        ? setTimeout(() => {
            this.#expired = true;
            this.#controller.abort();
          }, timeoutMs)
        : null;
    this.#timer?.unref();
    if (parent.aborted) this.#controller.abort();
    else parent.addEventListener('abort', this.#forward, { once: true });
  }

  /** True when the time ran out, false when the parent ended it or nothing did. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Lets go of timer and parent; the signal does not fire any more. */
  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#forward);
  }

  readonly #forward = (): void => {
    this.#controller.abort();
  };
}
