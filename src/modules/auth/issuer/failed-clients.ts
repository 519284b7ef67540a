import type { Clock } from '../../../common/ports/clock.js';
import { addressGroup } from '../address-group.js';
import { MinuteCounts } from '../minute-counts.js';

/** Failed authentications of one client, by one sender, in a minute: more are guesses. */
const MOST = 20;

/**
 * Counts who fails to authenticate as which client, so that secrets cannot be guessed (OAuth 2.1 §2.4.1). Only
 * failures count: a hosted client whose users share an address is served as often as it likes.
 */
export class FailedClients {
  readonly #failures: MinuteCounts;

  constructor(clock: Clock) {
    this.#failures = new MinuteCounts(clock, 5_000);
  }

  /** @param ip of the sender, who may not try any more in this minute */
  isGuessing(ip: string, clientId: string): boolean {
    return this.#failures.of(keyOf(ip, clientId)) >= MOST;
  }

  failed(ip: string, clientId: string): void {
    this.#failures.add(keyOf(ip, clientId));
  }
}

/** Whatever a stranger names is kept short. */
function keyOf(ip: string, clientId: string): string {
  return `${addressGroup(ip)} ${clientId.slice(0, 200)}`;
}
