import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonText, toJsonText } from '../../../common/domain/json-text.js';
import type { Principal } from '../../../common/domain/principal.js';
import type { Secret } from '../../../common/domain/secret.js';
import type { Clock } from '../../../common/ports/clock.js';
import { RequestStateError } from './request-state-error.js';

/** Which request of whom a state belongs to; it opens for no other. */
export interface StateBinding {
  readonly principal: Principal;
  readonly method: string;
  /** Tool or prompt name, or URI. */
  readonly target: string;
  readonly arguments: JsonObject;
}

/** How long a question may wait for its answer. */
const LIFETIME_MS = 10 * 60_000;

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * `requestState` of MCP 2026-07-28: what this server must remember while the client answers, kept by the client.
 * Sealed, so that the client can neither read nor change it, and bound to caller, request and time.
 */
export class RequestState {
  readonly #key: Buffer;

  /** @param secret shared by all replicas; null: a key of this process, so only it can go on with its calls */
  constructor(
    secret: Secret | null,
    private readonly clock: Clock,
  ) {
    this.#key =
      secret === null
        ? randomBytes(32)
        : Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'mxcp requestState 1', 32));
  }

  seal(content: JsonValue, binding: StateBinding): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    cipher.setAAD(digestOf(binding));
    const text = toJsonText({ expires: this.clock.now().getTime() + LIFETIME_MS, content });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws RequestStateError for a state that is not ours, was changed, is too old or belongs to another request */
  open(state: string, binding: StateBinding): JsonValue {
    const text = this.#decrypt(state, binding);
    const opened = text === null ? null : parseJsonText(text);
    if (!isJsonObject(opened ?? undefined)) throw new RequestStateError();
    const { expires, content } = opened as JsonObject;
    if (typeof expires !== 'number' || expires < this.clock.now().getTime()) throw new RequestStateError();
    return content ?? null;
  }

  #decrypt(state: string, binding: StateBinding): string | null {
    const bytes = Buffer.from(state, 'base64url');
    // the decoder skips what it does not know, which would let one state be written in many ways
    if (bytes.toString('base64url') !== state || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(digestOf(binding));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return null;
    }
  }
}

/** A digest of a JSON value that does not depend on the order of keys. */
export function contentDigest(value: JsonValue): string {
  return createHash('sha256')
    .update(toJsonText(sorted(value)))
    .digest('base64url');
}

function digestOf({ principal, method, target, arguments: given }: StateBinding): Buffer {
  const bound = [principal.provider, principal.userId, method, target, given];
  return createHash('sha256')
    .update(toJsonText(sorted(bound)))
    .digest();
}

function sorted(value: JsonValue): JsonValue {
  // marked, so that no object looks like the list of its pairs
  if (isJsonArray(value)) return ['array', ...value.map(sorted)];
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return ['object', ...keys.map((key) => [key, sorted(value[key] ?? null)])];
}
