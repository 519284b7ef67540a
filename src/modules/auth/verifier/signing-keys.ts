import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { isJsonArray, isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { SparingHttp } from './sparing-http.js';
import { RefreshedValue } from './refreshed-value.js';

type KeySet = ReturnType<typeof createLocalJWKSet>;

const freshness = { freshMs: 10 * 60_000, usableMs: 24 * 3_600_000, pauseMs: 30_000 };

/**
 * The provider's public keys: read on first use, again every ten minutes, and for a key id that nobody knows, at most
 * every half minute. When the provider is away the known ones hold for a day.
 */
export class SigningKeys {
  readonly #keys: RefreshedValue<KeySet>;

  constructor(
    readonly url: string,
    http: SparingHttp,
    clock: Clock,
  ) {
    this.#keys = new RefreshedValue(() => read(url, http), clock, freshness);
  }

  /** The key for a token's header, as jose asks for it; what a header says about where keys are counts nothing. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await (
        await this.#keys.get()
      )(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await this.#keys.renewed())(header, token);
    }
  };
}

async function read(url: string, http: SparingHttp): Promise<KeySet> {
  const document = await http.document(url);
  if (!isKeySet(document)) throw http.unusable(url, 'publishes keys that cannot be read');
  return createLocalJWKSet(document);
}

function isKeySet(body: JsonObject): body is JsonObject & JSONWebKeySet {
  const { keys } = body;
  return isJsonArray(keys) && keys.every((key) => isJsonObject(key) && typeof key['kty'] === 'string');
}
