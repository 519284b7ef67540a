import type { AppContext } from '../../src/common/ports/app-context.js';

type Token<T = unknown> = abstract new (...args: never[]) => T;

/** A container of the instances given, by port. */
export class FakeAppContext implements AppContext {
  isClosed = false;
  readonly #instances: ReadonlyMap<Token, unknown>;

  constructor(instances: readonly (readonly [Token, unknown])[]) {
    this.#instances = new Map(instances);
  }

  get<T>(token: Token<T>): T {
    if (!this.#instances.has(token)) throw new Error(`${token.name} was not given`);
    return this.#instances.get(token) as T;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}
