import type { EndpointRegistry } from '../../../common/ports/endpoint-registry.js';
import type { Reloader } from '../../../common/ports/reloader.js';
import type { RuntimeSource } from '../../../common/ports/runtime.js';
import type { Listings } from '../listings.js';
import type { Changes } from './changes.js';

/** Tells those who speak with clients what a swap of the Runtime changed. */
export class ChangeFeed {
  readonly #listeners = new Set<(changes: Changes) => void>();
  #known: EndpointRegistry | null = null;

  constructor(
    private readonly listings: Listings,
    private readonly runtimes: RuntimeSource,
    reloader: Reloader,
  ) {
    reloader.onSwapped(() => {
      this.#swapped();
    });
  }

  /** Call it when a client appears: changes are counted from what is served then. */
  clientCame(): void {
    this.#known ??= this.runtimes.current()?.endpoints ?? null;
  }

  /** Calls back after every swap, until the returned function is called. */
  onChange(listener: (changes: Changes) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #swapped(): void {
    const before = this.#known;
    const after = this.runtimes.current()?.endpoints ?? null;
    // no client has seen anything yet
    if (before === null || after === null) return;
    this.#known = after;
    const lists = this.listings.changed(before, after);
    for (const tell of this.#listeners) tell({ lists });
  }
}
