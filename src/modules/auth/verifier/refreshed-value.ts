import type { Clock } from '../../../common/ports/clock.js';

export interface Freshness {
  /** So long a value is used without asking again. */
  readonly freshMs: number;
  /** So long it is used when asking again fails. */
  readonly usableMs: number;
  /** Fewest milliseconds between two values that `renewed` asks for. */
  readonly pauseMs: number;
}

/** A value of somebody else that is asked for when it is needed, and again when it gets old; one question at a time. */
export class RefreshedValue<T> {
  #renewedAtMs: number | null = null;
  #value: { readonly value: T; readonly atMs: number } | null = null;
  #loading: Promise<T> | null = null;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly clock: Clock,
    private readonly freshness: Freshness,
  ) {}

  /** @throws what `load` throws, when there is no value that can still be used */
  async get(): Promise<T> {
    const known = this.#value;
    if (known === null) return this.#load();
    const age = this.clock.monotonicMs() - known.atMs;
    if (age < this.freshness.freshMs) return known.value;
    try {
      return await this.#load();
    } catch (error) {
      if (age < this.freshness.usableMs) return known.value;
      throw error;
    }
  }

  /** As `get`, for whom the value at hand does not do; the same one when it was renewed for somebody just now. */
  async renewed(): Promise<T> {
    const nowMs = this.clock.monotonicMs();
    const isPaused = this.#renewedAtMs !== null && nowMs - this.#renewedAtMs < this.freshness.pauseMs;
    if (this.#value !== null && isPaused) return this.#value.value;
    this.#renewedAtMs = nowMs;
    return this.#load();
  }

  #load(): Promise<T> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<T> {
    const value = await this.load();
    this.#value = { value, atMs: this.clock.monotonicMs() };
    return value;
  }
}
