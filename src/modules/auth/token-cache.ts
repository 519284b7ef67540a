import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { UnauthenticatedError, type DenialReason } from '../../common/errors/auth-errors.js';
import type { Clock } from '../../common/ports/clock.js';
import type { TokenVerifier, VerifiedToken } from '../../common/ports/token-verifier.js';

interface Refused {
  readonly reason: DenialReason;
  readonly untilMs: number;
}

/** Longest that a valid token is not asked about again. */
const KEPT_MS = 60_000;

/** So long a refused token is refused without asking. */
const REFUSED_MS = 5_000;

/**
 * Remembers what a verifier said, by the hash of the token: valid tokens for a minute, unless their grant is deleted
 * before; refused ones for seconds, so that somebody who repeats one does not reach the store or the provider.
 * Requests with one token at one time ask once. Never grows beyond its limits.
 */
export class TokenCache implements TokenVerifier {
  readonly #valid: LRUCache<string, VerifiedToken & { readonly keptUntilMs: number }>;
  readonly #refused: LRUCache<string, Refused>;
  /** Answers that are on their way. */
  #asked = new Map<string, Promise<VerifiedToken>>();

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
    limits: { readonly valid: number; readonly refused: number } = { valid: 10_000, refused: 1_000 },
  ) {
    this.#valid = new LRUCache({ max: limits.valid });
    this.#refused = new LRUCache({ max: limits.refused });
  }

  async verify(token: string): Promise<VerifiedToken> {
    const id = hash('sha256', token, 'base64');
    const known = this.#valid.get(id);
    if (known !== undefined) {
      if (this.#isAhead(known.keptUntilMs) && known.validUntil > this.clock.now()) return known;
      this.#valid.delete(id);
    }
    const refused = this.#refused.get(id);
    if (refused !== undefined && this.#isAhead(refused.untilMs))
      throw new UnauthenticatedError(refused.reason);
    return this.#asked.get(id) ?? this.#ask(id, token);
  }

  /** The grant is gone: so is everything that was let in by it. */
  forgetGrant(grantId: string): void {
    for (const [id, { grantId: of }] of this.#valid.entries()) {
      if (of === grantId) this.#valid.delete(id);
    }
    // an answer that is on its way may be from before
    this.#asked = new Map();
  }

  /** Forgets everything. */
  clear(): void {
    this.#valid.clear();
    this.#refused.clear();
    this.#asked = new Map();
  }

  #ask(id: string, token: string): Promise<VerifiedToken> {
    const asked = this.#asked;
    const answer = this.verifier.verify(token).then(
      (verified) => {
        // not when something was forgotten meanwhile
        if (asked === this.#asked) {
          this.#valid.set(id, { ...verified, keptUntilMs: this.clock.monotonicMs() + KEPT_MS });
        }
        asked.delete(id);
        return verified;
      },
      (error: unknown) => {
        if (error instanceof UnauthenticatedError) {
          this.#refused.set(id, { reason: error.reason, untilMs: this.clock.monotonicMs() + REFUSED_MS });
        }
        asked.delete(id);
        throw error;
      },
    );
    asked.set(id, answer);
    return answer;
  }

  #isAhead(untilMs: number): boolean {
    return this.clock.monotonicMs() < untilMs;
  }
}
