import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';

/** One reference that could not be resolved; no part holds a value. */
export interface ReferenceFailure {
  readonly reference: string;
  readonly reason: string;
  /** Where it is written first: file, line, column and key. */
  readonly place: string;
}

/** What one load could not resolve; each reference counts once however often it occurs. */
export class ReferenceFailures {
  readonly #found = new Map<string, ReferenceFailure>();

  add(failures: readonly ReferenceFailure[]): void {
    for (const failure of failures) {
      const key = `${failure.reference}\n${failure.reason}`;
      if (!this.#found.has(key)) this.#found.set(key, failure);
    }
  }

  /**
   * A single failure is told by its reason and its place alone (configuration.md §6.6).
   * @throws SecretUnresolvedError when there are any
   */
  throwIfAny(): void {
    const failures = [...this.#found.values()];
    const [only] = failures;
    if (only === undefined) return;
    if (failures.length === 1) throw new SecretUnresolvedError(placed(only.reason, only));
    const lines = failures.map((failure) => placed(`${failure.reference}: ${failure.reason}`, failure));
    throw new SecretUnresolvedError(['Failed to resolve some external references:', ...lines].join('\n'));
  }
}

function placed(text: string, { place }: ReferenceFailure): string {
  return `${text}\n  at ${place}`;
}
