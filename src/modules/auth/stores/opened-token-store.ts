import type { TokenStore } from '../../../common/ports/token-store.js';
import type { Keys } from './key-ring.js';

export interface OpenedTokenStore {
  readonly store: TokenStore;
  /**
   * Keys of 32 bytes for one purpose, such as signing cookies: the first makes, all check. Every replica with the
   * same configuration has the same ones.
   */
  readonly subkeys: (purpose: string) => Keys;
  /** For the operator; whole sentences without secrets. */
  readonly warnings: readonly string[];
}
