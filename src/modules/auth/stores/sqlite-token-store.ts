import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../../common/domain/json.js';
import { TokenStoreUnavailableError } from '../../../common/errors/auth-errors.js';
import type { Log } from '../../../common/ports/log.js';
import { TokenStore } from '../../../common/ports/token-store.js';
import type { SqliteRecords } from './sqlite-records.js';

const SWEEP_MS = 5 * 60 * 1000;

/**
 * Keeps sessions in a file of this machine. Several processes may share it; that a grant was deleted is told within
 * this process only. Expired records are deleted every five minutes.
 */
export class SqliteTokenStore extends TokenStore {
  readonly #listeners: ((grantId: string) => void)[] = [];
  readonly #sweeper: NodeJS.Timeout;

  constructor(
    private readonly database: DatabaseSync,
    private readonly records: SqliteRecords,
    private readonly log: Log,
  ) {
    super();
    this.#sweeper = setInterval(() => {
      this.#sweep();
    }, SWEEP_MS);
    this.#sweeper.unref();
  }

  put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void> {
    return done(() => {
      this.records.put(kind, id, payload, expiresAt);
    });
  }

  putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean> {
    return done(() => this.records.putNew(kind, id, payload, expiresAt));
  }

  find(kind: string, id: string): Promise<JsonObject | null> {
    return done(() => this.records.find(kind, id));
  }

  findByUid(kind: string, uid: string): Promise<JsonObject | null> {
    return done(() => this.records.findByUid(kind, uid));
  }

  consume(kind: string, id: string): Promise<boolean> {
    return done(() => this.records.consume(kind, id));
  }

  delete(kind: string, id: string): Promise<void> {
    return done(() => {
      this.records.delete(kind, id);
    });
  }

  async deleteGrant(grantId: string): Promise<void> {
    await done(() => {
      this.records.deleteGrant(grantId);
    });
    for (const listener of this.#listeners) listener(grantId);
  }

  onGrantDeleted(listener: (grantId: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    clearInterval(this.#sweeper);
    return done(() => {
      if (this.database.isOpen) this.database.close();
    });
  }

  #sweep(): void {
    try {
      this.records.deleteExpired();
    } catch (error) {
      this.log.write('warning', 'auth', 'Expired sessions could not be deleted', {}, error);
    }
  }
}

/** The statement's outcome, with the database's errors as the port's. */
function done<T>(statement: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      resolve(statement());
    } catch (cause) {
      reject(new TokenStoreUnavailableError({ cause }));
    }
  });
}
