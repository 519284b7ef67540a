import { hash } from 'node:crypto';
import type { JsonObject } from '../../../common/domain/json.js';

/** Under which a store keeps one payload; the id itself, which may be a token, is nowhere in it. */
export interface RecordName {
  readonly kind: string;
  /** Of the id, as `hashed` makes it. */
  readonly hash: string;
}

export function recordName(kind: string, id: string): RecordName {
  return { kind, hash: hashed(id) };
}

/** What is kept of ids, uids and grant ids: enough to find, useless to whoever reads the store. */
export function hashed(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** The hash of a payload's `uid` or `grantId`, by which it is found; null when it has none. */
export function hashedMember(payload: JsonObject, member: 'uid' | 'grantId'): string | null {
  const value = payload[member];
  return typeof value === 'string' ? hashed(value) : null;
}

/** When a payload says itself that it was consumed, as those do that were found and are put again. */
export function consumedAt(payload: JsonObject): number | null {
  const value = payload['consumed'];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
