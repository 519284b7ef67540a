import { TemplateError } from './template-errors.js';

const MOST_STEPS = 2_000_000;
const MOST_CHARS = 8 * 1024 * 1024;
/** Text may pass through a few macros on its way. */
const MOST_WRITTEN = 4 * MOST_CHARS;
const CHARS_PER_STEP = 64;
const DEEPEST = 100;
const MOST_DIGITS = 4300;
const LARGEST_INTEGER = 10n ** BigInt(MOST_DIGITS);

/** What one rendering may cost, so that no template holds up the event loop or fills the memory. */
export class Work {
  #steps = 0;
  #depth = 0;
  #written = 0;

  /** @throws TemplateError once the rendering has taken too many steps */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) throw new TemplateError('The template takes too many steps');
  }

  /**
   * Makes sure that a text or list of that length may be made, before it is.
   * @throws TemplateError
   */
  room(length: number | bigint): void {
    if (length > MOST_CHARS) throw new TemplateError(`The template makes more than ${MOST_CHARS} characters`);
    this.spend(Math.ceil(Number(length) / CHARS_PER_STEP));
  }

  /**
   * Counts text that goes to the output, or to a macro's or block's own.
   * @throws TemplateError
   */
  written(length: number): void {
    this.#written += length;
    if (this.#written > MOST_WRITTEN) this.room(this.#written);
    this.spend(1 + length / CHARS_PER_STEP);
  }

  /** @throws TemplateError for integers that Python would not print */
  integer(value: bigint): bigint {
    if (value >= LARGEST_INTEGER || value <= -LARGEST_INTEGER) {
      throw new TemplateError(`Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion`);
    }
    return value;
  }

  power(base: bigint, exponent: bigint): bigint {
    const digits = (base < 0n ? -base : base).toString().length - 1;
    if (BigInt(digits) * exponent > MOST_DIGITS || (digits === 0 && exponent > 20_000n && base * base > 1n)) {
      return this.integer(LARGEST_INTEGER);
    }
    return this.integer(base ** exponent);
  }

  /** Runs something that may call itself. */
  nested<T>(run: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new TemplateError('maximum recursion depth exceeded');
    try {
      return run();
    } finally {
      this.#depth -= 1;
    }
  }
}
