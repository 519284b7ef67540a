import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/ports/clock.js';
import type { TokenVerifier, VerifiedToken } from '../../common/ports/token-verifier.js';

/** Whoever has not been here for so long is not counted any more. */
const WINDOW_MS = 5 * 60_000;

/** Most that are counted. */
const MOST = 10_000;

/** Knows how many sign-ins brought a valid token lately: grants of our own, or users by client where others issue. */
export class ActiveSessions implements TokenVerifier {
  /** When each was here last. */
  readonly #seen = new LRUCache<string, number>({ max: MOST });

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
  ) {}

  async verify(token: string): Promise<VerifiedToken> {
    const verified = await this.verifier.verify(token);
    const { grantId, principal } = verified;
    const session = grantId ?? `${principal.userId ?? ''} ${principal.clientId ?? ''}`;
    this.#seen.set(session, this.clock.monotonicMs());
    return verified;
  }

  forgetGrant(grantId: string): void {
    this.#seen.delete(grantId);
  }

  count(): number {
    const since = this.clock.monotonicMs() - WINDOW_MS;
    let count = 0;
    for (const seenMs of this.#seen.values()) if (seenMs > since) count += 1;
    return count;
  }
}
