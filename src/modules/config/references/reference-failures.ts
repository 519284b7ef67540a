import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';

/** One reference that could not be resolved; neither part holds a value. */
export interface ReferenceFailure {
  readonly reference: string;
  readonly reason: string;
}

/** What one load could not resolve; each reference counts once however often it occurs. */
export class ReferenceFailures {
  readonly #found = new Map<string, ReferenceFailure>();

  add(failures: readonly ReferenceFailure[]): void {
    for (const failure of failures) this.#found.set(`${failure.reference}\n${failure.reason}`, failure);
  }

  /**
   * A single failure is told by its reason alone (configuration.md §6.6).
   * @throws SecretUnresolvedError when there are any
   */
  throwIfAny(): void {
    const failures = [...this.#found.values()];
    const [only] = failures;
    if (only === undefined) return;
    if (failures.length === 1) throw new SecretUnresolvedError(only.reason);
    const lines = failures.map(({ reference, reason }) => `${reference}: ${reason}`);
    throw new SecretUnresolvedError(['Failed to resolve some external references:', ...lines].join('\n'));
  }
}
