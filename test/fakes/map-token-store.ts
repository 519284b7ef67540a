import type { JsonObject } from '../../src/common/domain/json.js';
import { TokenStoreUnavailableError } from '../../src/common/errors/auth-errors.js';
import type { Clock } from '../../src/common/ports/clock.js';
import type { TokenStore } from '../../src/common/ports/token-store.js';

interface Kept {
  readonly payload: JsonObject;
  readonly expiresAt: Date | null;
}

/** A token store in a map; what is put comes back as a copy, as from a real one. */
export class MapTokenStore implements TokenStore {
  readonly #kept = new Map<string, Kept>();
  readonly #listeners: ((grantId: string) => void)[] = [];
  /** Every method fails while it is set. */
  isDown = false;

  constructor(private readonly clock: Clock) {}

  put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void> {
    return this.#answer(() => {
      this.#kept.set(`${kind} ${id}`, { payload: structuredClone(payload), expiresAt });
    });
  }

  putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean> {
    return this.#answer(() => {
      if (this.#live(kind, id) !== null) return false;
      this.#kept.set(`${kind} ${id}`, { payload: structuredClone(payload), expiresAt });
      return true;
    });
  }

  find(kind: string, id: string): Promise<JsonObject | null> {
    return this.#answer(() => structuredClone(this.#live(kind, id)?.payload ?? null));
  }

  findByUid(kind: string, uid: string): Promise<JsonObject | null> {
    return this.#answer(() => {
      const key = [...this.#kept.keys()].find(
        (each) => each.startsWith(`${kind} `) && this.#kept.get(each)?.payload['uid'] === uid,
      );
      return structuredClone(key === undefined ? null : (this.#liveAt(key)?.payload ?? null));
    });
  }

  consume(kind: string, id: string): Promise<boolean> {
    return this.#answer(() => {
      const kept = this.#live(kind, id);
      if (kept === null || kept.payload['consumed'] !== undefined) return false;
      const consumed = Math.floor(this.clock.now().getTime() / 1000);
      this.#kept.set(`${kind} ${id}`, { ...kept, payload: { ...kept.payload, consumed } });
      return true;
    });
  }

  delete(kind: string, id: string): Promise<void> {
    return this.#answer(() => {
      this.#kept.delete(`${kind} ${id}`);
    });
  }

  deleteGrant(grantId: string): Promise<void> {
    return this.#answer(() => {
      for (const [key, { payload }] of this.#kept) if (payload['grantId'] === grantId) this.#kept.delete(key);
      for (const listener of this.#listeners) listener(grantId);
    });
  }

  onGrantDeleted(listener: (grantId: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Ids of what is kept of a kind. */
  ids(kind: string): readonly string[] {
    return [...this.#kept.keys()]
      .filter((key) => key.startsWith(`${kind} `) && this.#liveAt(key) !== null)
      .map((key) => key.slice(kind.length + 1));
  }

  async #answer<T>(work: () => T): Promise<T> {
    // a real store answers later
    await Promise.resolve();
    if (this.isDown) throw new TokenStoreUnavailableError();
    return work();
  }

  #live(kind: string, id: string): Kept | null {
    return this.#liveAt(`${kind} ${id}`);
  }

  #liveAt(key: string): Kept | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    return kept.expiresAt === null || kept.expiresAt > this.clock.now() ? kept : null;
  }
}
