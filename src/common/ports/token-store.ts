import type { JsonObject } from '../domain/json.js';

/**
 * Where clients, sessions, codes and tokens live between requests; every replica that shares it can go on where
 * another stopped. Ids are kept hashed, payloads encrypted. What cannot be decrypted is as good as absent.
 * Every method may throw TokenStoreUnavailableError.
 */
export abstract class TokenStore {
  /**
   * Keeps a payload in place of the former one.
   * @param payload its strings `uid` and `grantId` are indexed for `findByUid` and `deleteGrant`; one with `consumed`
   *   counts as consumed, so that what was found can be put again
   * @param expiresAt from then on it is absent; null: never
   */
  abstract put(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<void>;

  /** As `put`, unless there is one already, of which it says false; of several at once one succeeds. */
  abstract putNew(kind: string, id: string, payload: JsonObject, expiresAt: Date | null): Promise<boolean>;

  /** The payload, with `consumed` (seconds since 1970) once it was consumed; null when absent or expired. */
  abstract find(kind: string, id: string): Promise<JsonObject | null>;

  abstract findByUid(kind: string, uid: string): Promise<JsonObject | null>;

  /** Marks a one-time artifact used; of several at once one succeeds. False: used before, or absent. */
  abstract consume(kind: string, id: string): Promise<boolean>;

  abstract delete(kind: string, id: string): Promise<void>;

  /** Deletes all that has this `grantId`, and tells every replica. */
  abstract deleteGrant(grantId: string): Promise<void>;

  /** Calls back with the id of each grant that is deleted here or by another replica. */
  abstract onGrantDeleted(listener: (grantId: string) => void): void;

  abstract close(): Promise<void>;
}
