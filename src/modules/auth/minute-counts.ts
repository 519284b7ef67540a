import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/ports/clock.js';

const MINUTE_MS = 60_000;

/** How often something happened in the running minute, by key. Never grows beyond its limit. */
export class MinuteCounts {
  readonly #counts: LRUCache<string, number>;
  #endsMs = 0;

  /** @param most keys that are kept, those of the latest use */
  constructor(
    private readonly clock: Clock,
    most: number,
  ) {
    this.#counts = new LRUCache({ max: most });
  }

  of(key: string): number {
    this.#turnMinute();
    return this.#counts.get(key) ?? 0;
  }

  /** @returns the count with this one */
  add(key: string): number {
    const count = this.of(key) + 1;
    this.#counts.set(key, count);
    return count;
  }

  #turnMinute(): void {
    const now = this.clock.monotonicMs();
    if (now < this.#endsMs) return;
    this.#endsMs = now + MINUTE_MS;
    this.#counts.clear();
  }
}
