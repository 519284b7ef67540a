import { settlesWithin } from '../../../common/async/settles-within.js';
import { SingleFlight } from '../../../common/async/single-flight.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { UpstreamSessions } from '../sign-in.js';

/** Longest that the end of a grant waits for the identity provider to hear of it. */
const UPSTREAM_LIMIT_MS = 3_000;

/** Ends grants: their codes and tokens here and, as far as it can be done, the provider's. */
export class GrantEnding {
  readonly #ending = new SingleFlight<void>();

  constructor(
    private readonly store: TokenStore,
    private readonly sessions: UpstreamSessions,
  ) {}

  /** Several at once are one. @throws TokenStoreUnavailableError */
  end(grantId: string): Promise<void> {
    return this.#ending.run(grantId, () => this.#end(grantId));
  }

  async #end(grantId: string): Promise<void> {
    // first, because the session goes with the grant, and with it what the provider would have to be told
    await settlesWithin(this.sessions.end(grantId), UPSTREAM_LIMIT_MS);
    await this.store.deleteGrant(grantId);
  }
}
