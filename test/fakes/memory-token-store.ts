import type { JsonObject } from '../../src/common/domain/json.js';
import { parseJsonText, toJsonText } from '../../src/common/domain/json-text.js';
import { TokenStoreUnavailableError } from '../../src/common/errors/auth-errors.js';
import type { Clock } from '../../src/common/ports/clock.js';
import type { TokenStore } from '../../src/common/ports/token-store.js';

interface Row {
  readonly payload: string;
  readonly expiresAt: Date | null;
  readonly consumed: number | null;
}

/** Keeps records in a map, as text so that nobody shares objects with it. */
export class MemoryTokenStore implements TokenStore {
  readonly #rows = new Map<string, Row>();
  readonly #listeners: ((grantId: string) => void)[] = [];
  /** Every method fails while it is set. */
  isDown = false;

  constructor(private readonly clock: Clock) {}

  put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void> {
    return this.#do(() => {
      this.#put(kind, id, payload, expiresAt);
    });
  }

  putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean> {
    return this.#do(() => {
      if (this.#live(kind, id) !== null) return false;
      this.#put(kind, id, payload, expiresAt);
      return true;
    });
  }

  find(kind: string, id: string): Promise<JsonObject | null> {
    return this.#do(() => {
      const row = this.#live(kind, id);
      return row === null ? null : payloadOf(row);
    });
  }

  findByUid(kind: string, uid: string): Promise<JsonObject | null> {
    return this.#do(() => {
      for (const [at, row] of this.#rows) {
        const isOne = at.startsWith(`${kind}\n`) && this.#isLive(row) && payloadOf(row)['uid'] === uid;
        if (isOne) return payloadOf(row);
      }
      return null;
    });
  }

  consume(kind: string, id: string): Promise<boolean> {
    return this.#do(() => {
      const row = this.#live(kind, id);
      if (row === null || row.consumed !== null) return false;
      this.#rows.set(key(kind, id), { ...row, consumed: Math.floor(this.clock.now().getTime() / 1000) });
      return true;
    });
  }

  delete(kind: string, id: string): Promise<void> {
    return this.#do(() => {
      this.#rows.delete(key(kind, id));
    });
  }

  deleteGrant(grantId: string): Promise<void> {
    return this.#do(() => {
      for (const [at, row] of this.#rows) if (payloadOf(row)['grantId'] === grantId) this.#rows.delete(at);
      for (const listener of this.#listeners) listener(grantId);
    });
  }

  onGrantDeleted(listener: (grantId: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Ids of the live records of a kind. */
  ids(kind: string): readonly string[] {
    return [...this.#rows]
      .filter(([at, row]) => at.startsWith(`${kind}\n`) && this.#isLive(row))
      .map(([at]) => at.slice(kind.length + 1));
  }

  /** All payloads as they are kept, the way that somebody sees them who has the file and the key. */
  get contents(): string {
    return [...this.#rows.values()].map((row) => row.payload).join('\n');
  }

  #put(kind: string, id: string, { consumed, ...payload }: JsonObject, expiresAt: Date | null): void {
    const usedAt = typeof consumed === 'number' ? consumed : null;
    this.#rows.set(key(kind, id), { payload: toJsonText(payload), expiresAt, consumed: usedAt });
  }

  #live(kind: string, id: string): Row | null {
    const row = this.#rows.get(key(kind, id));
    return row !== undefined && this.#isLive(row) ? row : null;
  }

  #isLive({ expiresAt }: Row): boolean {
    return expiresAt === null || expiresAt.getTime() > this.clock.now().getTime();
  }

  async #do<T>(work: () => T): Promise<T> {
    // a real store answers later
    await Promise.resolve();
    if (this.isDown) throw new TokenStoreUnavailableError();
    return work();
  }
}

function key(kind: string, id: string): string {
  return `${kind}\n${id}`;
}

function payloadOf({ payload, consumed }: Row): JsonObject {
  const value = parseJsonText(payload) as JsonObject;
  return consumed === null ? value : { ...value, consumed };
}
