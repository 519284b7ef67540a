import type { ToThread } from './thread-messages.js';

type Ending = { readonly value: unknown } | { readonly error: unknown };

/** A question to the database thread, and its answer as it comes in. */
export class AskedQuestion {
  readonly #pieces: unknown[] = [];
  #ending: Ending | null = null;
  #wake: (() => void) | null = null;

  constructor(
    readonly id: number,
    private readonly send: (message: ToThread) => void,
  ) {}

  arrived(piece: unknown): void {
    this.#pieces.push(piece);
    this.#wake?.();
  }

  ended(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake?.();
  }

  /** Its pieces in order, then the value as the generator's result. Asks for the next as each is taken. */
  async *answer(): AsyncGenerator<unknown, unknown> {
    for (;;) {
      // an error counts at once, without the pieces before it
      if (this.#ending !== null && 'error' in this.#ending) throw this.#ending.error;
      if (this.#pieces.length > 0) {
        yield this.#pieces.shift();
        if (this.#ending === null) this.send({ kind: 'next', id: this.id });
      } else if (this.#ending !== null) {
        return this.#ending.value;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Interrupts the work for it, unless that has ended. */
  abort(): void {
    if (this.#ending === null) this.send({ kind: 'abort', id: this.id });
  }
}
