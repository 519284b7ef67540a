import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature says; one for a purpose is none for another. */
export type SignedPurpose = 'csrf' | 'approved';

/** Signs what browsers keep for this server. */
export class Signatures {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  /** @param keys shared by all replicas; the first signs, all verify */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#keys = keys;
  }

  sign(purpose: SignedPurpose, text: string): string {
    return mac(this.#keys[0], purpose, text).toString('base64url');
  }

  verifies(purpose: SignedPurpose, text: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    return this.#keys.some((key) => {
      const expected = mac(key, purpose, text);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }
}

function mac(key: Buffer, purpose: SignedPurpose, text: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}:${text}`).digest();
}
