import type { Value } from './values.js';

/** The names of one scope; those outside are seen, never changed. */
export class Variables {
  readonly #values = new Map<string, Value>();

  constructor(private readonly outer: Variables | null) {}

  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    return value === undefined ? this.outer?.get(name) : value;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}
