import type { Reloader, ReloadReport } from '../../src/common/ports/reloader.js';

/** A Reloader whose swaps the test makes. */
export class ManualReloader implements Reloader {
  readonly #listeners = new Set<() => void>();

  reload(): Promise<ReloadReport> {
    this.swapped();
    return Promise.resolve({ status: 'success', error: null, restartRequired: [] });
  }

  onSwapped(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  swapped(): void {
    for (const listener of this.#listeners) listener();
  }
}
