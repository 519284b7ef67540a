import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';

/** One reference that could not be resolved; no part holds a value. */
export interface ReferenceFailure {
  readonly reference: string;
  readonly reason: string;
  /** Key, file and position of the value that holds it. */
  readonly place: string;
}

interface Found {
  readonly reference: string;
  readonly reason: string;
  readonly places: Set<string>;
}

/** What one load could not resolve; each reference counts once however often it occurs. */
export class ReferenceFailures {
  readonly #found = new Map<string, Found>();

  add(failures: readonly ReferenceFailure[]): void {
    for (const { reference, reason, place } of failures) {
      const key = `${reference}\n${reason}`;
      const found = this.#found.get(key);
      if (found === undefined) this.#found.set(key, { reference, reason, places: new Set([place]) });
      else found.places.add(place);
    }
  }

  /**
   * A single failure is told without heading and reference (configuration.md §6.6); below each stands the place
   * that needs it.
   * @throws SecretUnresolvedError when there are any
   */
  throwIfAny(): void {
    const failures = [...this.#found.values()];
    const [only] = failures;
    if (only === undefined) return;
    if (failures.length === 1) throw new SecretUnresolvedError(`${only.reason}\n${placeLine(only)}`);
    const lines = failures.map((found) => `${found.reference}: ${found.reason}\n${placeLine(found)}`);
    throw new SecretUnresolvedError(['Failed to resolve some external references:', ...lines].join('\n'));
  }
}

function placeLine({ places }: Found): string {
  const [first = ''] = places;
  const others = places.size - 1;
  const more = others === 0 ? '' : `, and ${others} more ${others === 1 ? 'place' : 'places'}`;
  return `  needed by ${first}${more}`;
}
