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

  /** That a refresh token was used is hidden: oidc-provider would end the grant of whom another request overtook. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.store.find(this.kind, id);
    const hidden = this.kind === 'RefreshToken' ? { consumed: undefined } : {};
    return payload === null ? undefined : { ...payload, ...hidden, jti: id };
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

/** Without the members that are undefined, which JSON has no word for. */
export function plain(payload: AdapterPayload): JsonObject {
  return JSON.parse(JSON.stringify(payload)) as JsonObject;
}
