import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { GrantEnding } from './grant-ending.js';

/** The one that came later with a code or refresh token that can be used once. */
export class AlreadyUsedError extends errors.InvalidGrant {
  constructor() {
    super('already used');
  }
}

const DAY_MS = 86_400_000;
/** A client that nobody used for so long is forgotten (auth.md §4.3). */
const CLIENT_LIFE_MS = 90 * DAY_MS;
/** A used code is remembered for so long beyond its life that its replay is noticed. */
const USED_CODE_MS = 600_000;

/** oidc-provider's storage on the token store: ids hashed, tokens never in a payload. */
export class StoreAdapter implements Adapter {
  constructor(
    private readonly kind: string,
    private readonly store: TokenStore,
    private readonly ending: GrantEnding,
    private readonly clock: Clock,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const grantId = this.kind === 'Grant' ? { grantId: id } : {};
    const longer = this.kind === 'AuthorizationCode' ? USED_CODE_MS : 0;
    const expiresAt =
      expiresIn === undefined ? null : new Date(this.clock.now().getTime() + expiresIn * 1000 + longer);
    await this.store.put(this.kind, id, plain({ ...payload, ...grantId, jti: undefined }), expiresAt);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.store.find(this.kind, id);
    return payload === null ? undefined : { ...payload, jti: id };
  }

  /** @throws AlreadyUsedError when another was first */
  async consume(id: string): Promise<void> {
    if (!(await this.store.consume(this.kind, id))) throw new AlreadyUsedError();
  }

  async destroy(id: string): Promise<void> {
    await this.store.delete(this.kind, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.ending.end(grantId);
  }

  /** Of sessions, which are not kept. */
  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Of the device flow, which is off. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

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
    if (payload === null) return undefined;
    // what a client may ask for is the server's scopes, not what it once said (auth.md §13.10)
    const { last_used: lastUsed, ...metadata } = payload;
    const nowMs = this.#clock.now().getTime();
    if (typeof lastUsed !== 'number' || nowMs - lastUsed > DAY_MS) await this.#keep(id, payload);
    return { ...metadata, scope: undefined };
  }

  async #keep(id: string, payload: JsonObject): Promise<void> {
    const nowMs = this.#clock.now().getTime();
    await this.#store.put('Client', id, { ...payload, last_used: nowMs }, new Date(nowMs + CLIENT_LIFE_MS));
  }
}

/** Nobody stays signed in at the authorization server: every login asks the identity provider. */
export class NoSessions implements Adapter {
  upsert(): Promise<void> {
    return Promise.resolve();
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  consume(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }

  revokeByGrantId(): Promise<void> {
    return Promise.resolve();
  }
}

/** Without the members that are undefined, which JSON has no word for. */
function plain(payload: AdapterPayload): JsonObject {
  return JSON.parse(JSON.stringify(payload)) as JsonObject;
}
