import { inspect } from 'node:util';

/** A value that prints as `[secret]` wherever it is logged, joined or serialised; only `reveal` opens it. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. The caller must not log it, put it in an error or keep it longer than needed. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
