/** What is wrong with the `auth` settings, collected so that the operator sees all of it at once. */
export class Findings {
  readonly #problems: string[] = [];
  readonly #warnings: string[] = [];

  get problems(): readonly string[] {
    return this.#problems;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** The server must not start. @param sentence without secret values */
  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  /** The server may start. @param sentence without secret values */
  warning(sentence: string): void {
    this.#warnings.push(sentence);
  }
}
