import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import { parseJsonText, toJsonText } from '../../../common/domain/json-text.js';
import type { KeyRing } from './key-ring.js';
import type { RecordName } from './record-name.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface RecordKey {
  /** Begins each record that the key sealed. */
  readonly id: Buffer;
  readonly key: Buffer;
}

/**
 * Encrypts payloads, each bound to its name: one that was moved to another name does not open. A sealed payload is
 * the id of its key, a nonce, the encrypted text and its tag.
 */
export class RecordCipher {
  readonly #current: RecordKey;
  readonly #all: readonly RecordKey[];

  constructor(keys: KeyRing) {
    const [first, ...others] = keys.subkeys('record');
    this.#current = recordKey(first);
    this.#all = [this.#current, ...others.map(recordKey)];
  }

  /** What every payload begins with that is sealed now. */
  get currentPrefix(): Buffer {
    return this.#current.id;
  }

  seal(name: RecordName, payload: JsonObject): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#current.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(name));
    const text = Buffer.concat([cipher.update(toJsonText(payload), 'utf8'), cipher.final()]);
    return Buffer.concat([this.#current.id, nonce, text, cipher.getAuthTag()]);
  }

  /** Null when no key of the ring sealed it under that name, or it was changed since. */
  open(name: RecordName, sealed: Uint8Array): JsonObject | null {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES) return null;
    const found = this.#all.find(({ id }) => id.equals(bytes.subarray(0, KEY_ID_BYTES)));
    return found === undefined ? null : opened(found.key, name, bytes.subarray(KEY_ID_BYTES));
  }
}

function recordKey(key: Buffer): RecordKey {
  return { key, id: hash('sha256', key, 'buffer').subarray(0, KEY_ID_BYTES) };
}

function opened(key: Buffer, name: RecordName, bytes: Buffer): JsonObject | null {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(name));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    const payload = parseJsonText(text + decipher.final('utf8'));
    return isJsonObject(payload) ? payload : null;
  } catch {
    // the tag does not fit: as good as absent, which is all that the caller needs to know
    return null;
  }
}

function boundTo({ kind, hash }: RecordName): Buffer {
  return Buffer.from(`${kind}\0${hash}`);
}
