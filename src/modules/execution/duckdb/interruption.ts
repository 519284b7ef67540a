import type { PooledSession } from './pooled-session.js';

/** DuckDB forgets an interruption that arrives between two steps, so it is repeated until the work ends. */
const REPEAT_MS = 20;

/** Interrupts a connection's work from the moment a signal fires until this is disposed. */
export class Interruption {
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly session: PooledSession,
    private readonly signal: AbortSignal,
  ) {
    if (signal.aborted) this.#begin();
    else signal.addEventListener('abort', this.#begin, { once: true });
  }

  [Symbol.dispose](): void {
    this.signal.removeEventListener('abort', this.#begin);
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  readonly #begin = (): void => {
    this.session.interrupt();
    this.#timer = setInterval(() => {
      this.session.interrupt();
    }, REPEAT_MS);
  };
}
