import type { JsonObject } from '../../src/common/domain/json.js';
import type { Clock } from '../../src/common/ports/clock.js';
import { TokenStore } from '../../src/common/ports/token-store.js';

interface Kept {
  readonly kind: string;
  readonly id: string;
  readonly payload: JsonObject;
  readonly expiresMs: number;
}

/** Keeps everything in the test's memory, the latest put last. */
export class MemoryTokenStore extends TokenStore {
  #records: Kept[] = [];
  readonly #listeners: ((grantId: string) => void)[] = [];

  constructor(private readonly clock: Clock) {
    super();
  }

  put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void> {
    this.#put({ kind, id, payload, expiresMs: expiresAt?.getTime() ?? Infinity });
    return Promise.resolve();
  }

  putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean> {
    if (this.#find(kind, id) !== undefined) return Promise.resolve(false);
    this.#put({ kind, id, payload, expiresMs: expiresAt?.getTime() ?? Infinity });
    return Promise.resolve(true);
  }

  find(kind: string, id: string): Promise<JsonObject | null> {
    return Promise.resolve(this.#find(kind, id)?.payload ?? null);
  }

  findByUid(kind: string, uid: string): Promise<JsonObject | null> {
    const found = this.#alive().findLast((kept) => kept.kind === kind && kept.payload['uid'] === uid);
    return Promise.resolve(found?.payload ?? null);
  }

  consume(kind: string, id: string): Promise<boolean> {
    const found = this.#find(kind, id);
    if (found === undefined || found.payload['consumed'] !== undefined) return Promise.resolve(false);
    const consumed = Math.trunc(this.clock.now().getTime() / 1000);
    this.#records = this.#records.map((kept) =>
      kept === found ? { ...kept, payload: { ...kept.payload, consumed } } : kept,
    );
    return Promise.resolve(true);
  }

  delete(kind: string, id: string): Promise<void> {
    this.#records = this.#records.filter((kept) => kept.kind !== kind || kept.id !== id);
    return Promise.resolve();
  }

  deleteGrant(grantId: string): Promise<void> {
    this.#records = this.#records.filter((kept) => kept.payload['grantId'] !== grantId);
    for (const listener of this.#listeners) listener(grantId);
    return Promise.resolve();
  }

  onGrantDeleted(listener: (grantId: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #put(record: Kept): void {
    this.#records = [
      ...this.#records.filter((kept) => kept.kind !== record.kind || kept.id !== record.id),
      record,
    ];
  }

  #find(kind: string, id: string): Kept | undefined {
    return this.#alive().find((kept) => kept.kind === kind && kept.id === id);
  }

  #alive(): Kept[] {
    const nowMs = this.clock.now().getTime();
    return this.#records.filter((kept) => kept.expiresMs > nowMs);
  }
}
