import { hkdfSync } from 'node:crypto';

/** Never empty: there is always one to make things with. */
export type Keys = readonly [Buffer, ...Buffer[]];

const KEY_BYTES = 32;

/**
 * The secret keys of a token store. The first is used for everything new; what the others made is still accepted, so
 * that a key can be replaced without signing anybody out.
 */
export class KeyRing {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /**
   * Keys of 32 bytes for one purpose, from which neither the ring's own nor those of another purpose can be told. In
   * the ring's order: the first makes, all check. Whoever has the same ring gets the same ones.
   */
  subkeys(purpose: string): Keys {
    const subkey = (key: Buffer): Buffer =>
      Buffer.from(hkdfSync('sha256', key, '', `mxcp ${purpose}`, KEY_BYTES));
    const [first, ...others] = this.#keys;
    return [subkey(first), ...others.map(subkey)];
  }
}
