import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../common/ports/clock.js';
import { addressGroup } from '../address-group.js';

/** Failed authentications of one client, by one sender, in a minute: more are guesses. */
const MOST = 20;
const MINUTE_MS = 60_000;

/**
 * Counts who fails to authenticate as which client, so that secrets cannot be guessed (OAuth 2.1 §2.4.1). Only
 * failures count: a hosted client whose users share an address is served as often as it likes.
 */
export class FailedClients {
  readonly #failures = new LRUCache<string, number>({ max: 5_000 });
  #minuteEndsMs = 0;

  constructor(private readonly clock: Clock) {}

  /** @param ip of the sender, who may not try any more in this minute */
  isGuessing(ip: string, clientId: string): boolean {
    this.#turnMinute();
    return (this.#failures.get(keyOf(ip, clientId)) ?? 0) >= MOST;
  }

  failed(ip: string, clientId: string): void {
    this.#turnMinute();
    const key = keyOf(ip, clientId);
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
  }

  #turnMinute(): void {
    const now = this.clock.monotonicMs();
    if (now < this.#minuteEndsMs) return;
    this.#minuteEndsMs = now + MINUTE_MS;
    this.#failures.clear();
  }
}

/** Whatever a stranger names is kept short. */
function keyOf(ip: string, clientId: string): string {
  return `${addressGroup(ip)} ${clientId.slice(0, 200)}`;
}
