import { hash, timingSafeEqual } from 'node:crypto';
import { apiKeyUserId } from '../../../common/domain/api-key.js';
import type { ApiKeyConfig } from '../../../common/domain/app-config.js';
import { anonymous, type Principal } from '../../../common/domain/principal.js';

interface Entry {
  readonly hash: Buffer;
  readonly principal: Principal;
}

/** The keys of `MCP_API_KEYS`, hashed: who holds one is let in as the user it stands for (operations.md §10). */
export class ApiKeys {
  readonly #entries: readonly Entry[];

  constructor(keys: readonly ApiKeyConfig[]) {
    this.#entries = keys.map(({ name, key }) => ({
      hash: hashOf(key.reveal()),
      principal: principalOf(apiKeyUserId(key.reveal()), name),
    }));
  }

  /** Whose key it is, null for nobody's. Takes as long for any key, wherever the right one stands. */
  ownerOf(key: string): Principal | null {
    const given = hashOf(key);
    let owner: Principal | null = null;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.hash, given)) owner = entry.principal;
    }
    return owner;
  }
}

function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

function principalOf(userId: string, name: string | null): Principal {
  const profile = Object.freeze({ role: 'user' });
  return Object.freeze({ ...anonymous, provider: 'api_key', userId, username: name ?? userId, profile });
}
