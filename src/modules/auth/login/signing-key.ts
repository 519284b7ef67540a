import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenStore } from '../../../common/ports/token-store.js';
import { Secret } from '../../../common/domain/secret.js';

const KIND = 'SigningKey';
const ID = 'login';
const BYTES = 32;

/** Signs what browsers keep for this server: each purpose has a key of its own, so no signature serves two. */
export class SigningKey {
  readonly #secret: Secret<Buffer>;

  constructor(secret: Secret<Buffer>) {
    this.#secret = secret;
  }

  sign(purpose: string, text: string): string {
    return this.#mac(purpose, text).toString('base64url');
  }

  verifies(purpose: string, text: string, signature: string): boolean {
    const expected = this.#mac(purpose, text);
    const given = Buffer.from(signature, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #mac(purpose: string, text: string): Buffer {
    const key = hkdfSync('sha256', this.#secret.reveal(), '', `mxcp login ${purpose}`, BYTES);
    return createHmac('sha256', Buffer.from(key)).update(text).digest();
  }
}

/** The key that all replicas on this store share; made by the first one. @throws TokenStoreUnavailableError */
export async function sharedSigningKey(store: TokenStore): Promise<SigningKey> {
  const made = randomBytes(BYTES).toString('base64url');
  const isMine = await store.putNew(KIND, ID, { key: made }, null);
  const kept = isMine ? made : (await store.find(KIND, ID))?.['key'];
  if (typeof kept === 'string') return new SigningKey(new Secret(Buffer.from(kept, 'base64url')));
  // there is one that cannot be read any more
  await store.put(KIND, ID, { key: made }, null);
  return new SigningKey(new Secret(Buffer.from(made, 'base64url')));
}
