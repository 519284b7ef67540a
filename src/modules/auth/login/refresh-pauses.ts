import { LRUCache } from 'lru-cache';
import { ProviderRefusedError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';

interface Pause {
  readonly untilMs: number;
  readonly error: unknown;
}

const REFUSED_MS = 60_000;
const UNAVAILABLE_MS = 5_000;
const MOST = 10_000;

/** Grants for which the provider has just failed, so that not every call asks it again. */
export class RefreshPauses {
  readonly #pauses = new LRUCache<string, Pause>({ max: MOST });

  constructor(private readonly clock: Clock) {}

  /** The provider failed for this grant: for a minute when it refused, a few seconds when it was not there. */
  begin(grantId: string, error: unknown): void {
    const lengthMs = error instanceof ProviderRefusedError ? REFUSED_MS : UNAVAILABLE_MS;
    this.#pauses.set(grantId, { untilMs: this.clock.monotonicMs() + lengthMs, error });
  }

  /** With what the provider failed last, while there is a pause. */
  during(grantId: string): { readonly error: unknown } | null {
    const pause = this.#pauses.get(grantId);
    return pause !== undefined && this.clock.monotonicMs() < pause.untilMs ? pause : null;
  }
}
