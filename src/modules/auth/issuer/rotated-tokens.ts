import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { TokenStore } from '../../../common/ports/token-store.js';

const KIND = 'RotatedToken';
/** For so long a refresh token that was used gives its client the same answer again (auth.md §4.6). */
const GRACE_MS = 10_000;
/** Longest that one of two at once waits for the other's answer, and how often it looks. */
const WAIT_MS = 3_000;
const LOOK_MS = 50;

/** Answers to refreshes, kept for a client whose first one got lost on its way. */
export class RotatedTokens {
  constructor(
    private readonly store: TokenStore,
    private readonly clock: Clock,
  ) {}

  /** When a refresh token was used, in seconds since 1970; null: not yet. */
  async usedAt(refreshToken: string): Promise<number | null> {
    const consumed = (await this.store.find('RefreshToken', refreshToken))?.['consumed'];
    return consumed === undefined ? null : Number(consumed);
  }

  async keep(refreshToken: string, grantId: string, answer: JsonObject): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + GRACE_MS);
    await this.store.put(KIND, refreshToken, { grantId, answer }, expiresAt);
  }

  /**
   * What was answered, waiting for one who is about to answer; null when there is no such answer (any more).
   * @param usedAt seconds since 1970; null: just now
   */
  async answerTo(refreshToken: string, usedAt: number | null): Promise<JsonObject | null> {
    const deadline = this.clock.monotonicMs() + WAIT_MS;
    for (;;) {
      const answer = (await this.store.find(KIND, refreshToken))?.['answer'];
      if (isJsonObject(answer)) return answer;
      if (!this.isWithinGrace(usedAt) || this.clock.monotonicMs() >= deadline) return null;
      await sleep(LOOK_MS);
    }
  }

  isWithinGrace(usedAt: number | null): boolean {
    return usedAt === null || this.clock.now().getTime() - usedAt * 1000 <= GRACE_MS;
  }
}
