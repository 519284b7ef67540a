import type { InputProblem } from '../../../common/errors/endpoint-errors.js';

/** What stands for a value that was refused. */
export const refused: unique symbol = Symbol('refused');
export type Refused = typeof refused;

/** More problems than this help nobody and could be made to fill memory. */
const mostProblems = 100;
const longestExcerpt = 200;

/** Collects what is wrong with one set of arguments, and knows where the check is at the moment. */
export class InputFindings {
  readonly problems: InputProblem[] = [];
  readonly #path: (string | number)[] = [];

  /** Steps into a parameter, property or item. */
  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** The place of the check, such as `order.lines.0`. */
  get place(): string {
    return this.#path.join('.');
  }

  /**
   * Refuses the value here.
   * @param phrase as endpoints.md §2.4 words it
   * @param detail as endpoints.md §2.3 words it, without the parameter's prefix
   */
  refuse(phrase: string, detail: string): Refused {
    return this.refuseWhole(phrase, `Error validating parameter '${this.#path[0] ?? ''}': ${detail}`);
  }

  /** As `refuse`, with a message that is complete in itself. */
  refuseWhole(phrase: string, message: string): Refused {
    if (this.problems.length < mostProblems) {
      this.problems.push({ path: [...this.#path], phrase, message });
    }
    return refused;
  }

  /** As `refuse`, for a member of the value here. */
  refuseMember(key: string | number, phrase: string, detail: string): void {
    this.enter(key);
    this.refuse(phrase, detail);
    this.leave();
  }
}

/** The part of a given text that a message may repeat; nothing of a sensitive one. */
export function excerpt(text: string, sensitive: boolean): string {
  if (sensitive) return '[REDACTED]';
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}
