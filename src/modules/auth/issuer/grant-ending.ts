import { settlesWithin } from '../../../common/async/settles-within.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { UpstreamSessions } from '../sign-in.js';

/** Longest that the end of a grant waits for the identity provider to hear of it. */
const UPSTREAM_LIMIT_MS = 3_000;

/** Ends grants: their codes and tokens here and, as far as it can be done, the provider's. */
export class GrantEnding {
  readonly #ending = new Map<string, Promise<void>>();

  constructor(
    private readonly store: TokenStore,
    private readonly sessions: UpstreamSessions,
  ) {}

  /** Several at once are one. @throws TokenStoreUnavailableError */
  end(grantId: string): Promise<void> {
    const running = this.#ending.get(grantId);
    if (running !== undefined) return running;
    const ending = this.#end(grantId).finally(() => this.#ending.delete(grantId));
    this.#ending.set(grantId, ending);
    return ending;
  }

  async #end(grantId: string): Promise<void> {
    // first, because the session goes with the grant, and with it what the provider would have to be told
    await settlesWithin(this.sessions.end(grantId), UPSTREAM_LIMIT_MS);
    await this.store.deleteGrant(grantId);
  }
}
