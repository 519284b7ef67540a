import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleFlight } from '../../../common/async/single-flight.js';
import { ProviderRefusedError, ProviderUnavailableError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { IdentityProvider, UpstreamIdentity } from '../../../common/ports/identity-provider.js';
import type { Log } from '../../../common/ports/log.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { UpstreamSession, UpstreamSessions } from '../sign-in.js';
import { RefreshLock } from './refresh-lock.js';
import { RefreshPauses } from './refresh-pauses.js';
import { sessionPayload, storedSession, type StoredSession } from './stored-session.js';

const KIND = 'UpstreamSession';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Until its code is redeemed. */
const UNUSED_MS = 5 * MINUTE_MS;
/** As long as a refresh token may lie unused, and a day for the clocks. */
const IDLE_MS = 31 * DAY_MS;
const LONGEST_MS = 90 * DAY_MS;
const FRESH_MS = MINUTE_MS;
const WAIT_MS = 200;
const WAITS = 25;

/** Upstream sessions in the token store, so that every replica has them. */
export class StoredUpstreamSessions implements UpstreamSessions {
  readonly #renewals = new SingleFlight<StoredSession>();
  readonly #pauses: RefreshPauses;
  readonly #lock: RefreshLock;

  /** @param pause how to wait for another replica */
  constructor(
    private readonly store: TokenStore,
    private readonly provider: IdentityProvider,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {
    this.#pauses = new RefreshPauses(clock);
    this.#lock = new RefreshLock(store, clock);
  }

  /** A new session, under a grant id of its own. @throws TokenStoreUnavailableError */
  async start(identity: UpstreamIdentity): Promise<UpstreamSession> {
    const grantId = randomBytes(32).toString('base64url');
    const session = { grantId, identity, startedAt: this.clock.now(), version: 0, isInUse: false };
    await this.#keep(session);
    return session;
  }

  async find(grantId: string): Promise<UpstreamSession | null> {
    return this.#used(grantId);
  }

  async renew(grantId: string): Promise<UpstreamSession> {
    const session = await this.#used(grantId);
    if (session === null) throw new ProviderRefusedError('invalid_grant');
    // without a refresh token the identity lives on; that of the tokens ends by itself
    return session.identity.tokens.refreshToken === null ? session : this.#renewed(session);
  }

  async fresh(grantId: string): Promise<UpstreamSession | null> {
    const session = await this.#used(grantId);
    if (session === null || !this.#needsRenewal(session)) return session;
    try {
      return await this.#renewed(session);
    } catch (error) {
      if (!(error instanceof ProviderRefusedError) && !(error instanceof ProviderUnavailableError))
        throw error;
      return this.#load(grantId);
    }
  }

  /** Takes the provider's tokens back as well, where it can: settles after it has answered. */
  async end(grantId: string): Promise<void> {
    const session = await this.#load(grantId);
    await this.store.delete(KIND, grantId);
    if (session !== null) await this.#revoke(session.identity);
  }

  #needsRenewal({ identity: { tokens } }: StoredSession): boolean {
    if (tokens.refreshToken === null || tokens.expiresAt === null) return false;
    return tokens.expiresAt.getTime() - this.clock.now().getTime() <= FRESH_MS;
  }

  /** One renewal at a time in this process. */
  #renewed(session: StoredSession): Promise<StoredSession> {
    return this.#renewals.run(session.grantId, () => this.#renewOnce(session));
  }

  /** Renews, or waits until another replica has. */
  async #renewOnce(known: StoredSession): Promise<StoredSession> {
    const paused = this.#pauses.during(known.grantId);
    if (paused !== null) throw paused.error;
    for (let waits = 0; waits <= WAITS; waits += 1) {
      const release = await this.#lock.acquire(known.grantId);
      const current = await this.#load(known.grantId);
      if (release === null) {
        if (current !== null && current.version > known.version) return current;
        await this.pause(WAIT_MS);
        continue;
      }
      try {
        if (current === null) throw new ProviderRefusedError('invalid_grant');
        return current.version > known.version ? current : await this.#ask(current);
      } finally {
        await release();
      }
    }
    throw new ProviderUnavailableError();
  }

  async #ask(session: StoredSession): Promise<StoredSession> {
    const identity = await this.#refresh(session);
    // somebody may have ended the grant meanwhile
    if ((await this.#load(session.grantId)) === null) {
      await this.#revoke(identity);
      throw new ProviderRefusedError('invalid_grant');
    }
    const renewed = { ...session, identity, version: session.version + 1, isInUse: true };
    await this.#keep(renewed);
    return renewed;
  }

  async #refresh(session: StoredSession): Promise<UpstreamIdentity> {
    try {
      return await this.provider.refresh(session.identity);
    } catch (error) {
      const failure = isProviders(error) ? error : new ProviderUnavailableError({ cause: error });
      // the provider says itself in the log what it did not do
      if (failure !== error) this.log.write('error', 'auth', 'Renewing a session failed', {}, error);
      this.#pauses.begin(session.grantId, failure);
      throw failure;
    }
  }

  /** The session, which from its first use on is kept as long as its tokens. */
  async #used(grantId: string): Promise<StoredSession | null> {
    const session = await this.#load(grantId);
    if (session === null || session.isInUse) return session;
    // written only under the lock, so that nobody's newer tokens are overwritten
    const release = await this.#lock.acquire(grantId);
    if (release === null) return session;
    try {
      const current = await this.#load(grantId);
      if (current !== null) await this.#keep({ ...current, isInUse: true });
      return current;
    } finally {
      await release();
    }
  }

  async #load(grantId: string): Promise<StoredSession | null> {
    const payload = await this.store.find(KIND, grantId);
    return payload === null ? null : storedSession(payload);
  }

  async #keep(session: StoredSession): Promise<void> {
    const lifeMs = session.isInUse ? IDLE_MS : UNUSED_MS;
    const endMs = Math.min(this.clock.now().getTime() + lifeMs, session.startedAt.getTime() + LONGEST_MS);
    await this.store.put(KIND, session.grantId, sessionPayload(session), new Date(endMs));
  }

  async #revoke(identity: UpstreamIdentity): Promise<void> {
    try {
      await this.provider.revoke(identity.tokens);
    } catch (error) {
      this.log.write('debug', 'auth', 'The identity provider did not take tokens back', {}, error);
    }
  }
}

function isProviders(error: unknown): error is ProviderRefusedError | ProviderUnavailableError {
  return error instanceof ProviderRefusedError || error instanceof ProviderUnavailableError;
}
