import type { AdapterPayload } from 'oidc-provider';
import { isJsonArray, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import { applicationType, redirectUrisProblem } from '../clients/redirect-uris.js';
import type { GrantEnding } from './grant-ending.js';
import { plain, StoreAdapter } from './store-adapter.js';

const DAY_MS = 86_400_000;
/** A client that nobody used for so long is forgotten (auth.md §4.3). */
const CLIENT_LIFE_MS = 90 * DAY_MS;

/** Clients that registered: each use puts their end off. */
export class ClientAdapter extends StoreAdapter {
  readonly #store: TokenStore;
  readonly #clock: Clock;

  constructor(store: TokenStore, ending: GrantEnding, clock: Clock) {
    super('Client', store, ending, clock);
    this.#store = store;
    this.#clock = clock;
  }

  override async upsert(id: string, payload: AdapterPayload): Promise<void> {
    await this.#keep(id, plain(payload));
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#store.find('Client', id);
    const redirectUris = usable(payload?.['redirect_uris']);
    if (payload === null || redirectUris.length === 0) return undefined;
    // what a client may ask for is the server's scopes, not what it once said (auth.md §13.10)
    const { last_used: lastUsed, ...metadata } = payload;
    const nowMs = this.#clock.now().getTime();
    if (typeof lastUsed !== 'number' || nowMs - lastUsed > DAY_MS) await this.#keep(id, payload);
    return {
      ...metadata,
      redirect_uris: redirectUris,
      application_type: applicationType(redirectUris),
      scope: undefined,
    };
  }

  async #keep(id: string, payload: JsonObject): Promise<void> {
    const nowMs = this.#clock.now().getTime();
    await this.#store.put('Client', id, { ...payload, last_used: nowMs }, new Date(nowMs + CLIENT_LIFE_MS));
  }
}

/** Those that could be registered here: clients of the Python server, which are taken over, had any. */
function usable(uris: JsonValue | undefined): string[] {
  const texts = isJsonArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
  return texts.filter((uri) => redirectUrisProblem([uri]) === null);
}
