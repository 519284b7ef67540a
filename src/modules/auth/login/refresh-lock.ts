import type { Clock } from '../../../common/ports/clock.js';
import type { TokenStore } from '../../../common/ports/token-store.js';

const KIND = 'RefreshLock';
const LIFETIME_MS = 15_000;

/** One replica at a time asks the provider for a grant's new tokens: many a provider takes a refresh token once. */
export class RefreshLock {
  constructor(
    private readonly store: TokenStore,
    private readonly clock: Clock,
  ) {}

  /** What to call to release it; null while somebody else has it. It ends by itself should its owner die. */
  async acquire(grantId: string): Promise<(() => Promise<void>) | null> {
    const endsMs = this.clock.now().getTime() + LIFETIME_MS;
    if (!(await this.store.putNew(KIND, grantId, { grantId }, new Date(endsMs)))) return null;
    return async () => {
      // after its end it may be somebody else's
      if (this.clock.now().getTime() < endsMs) await this.store.delete(KIND, grantId);
    };
  }
}
