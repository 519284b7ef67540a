import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { AuthEvent, AuthJournal } from './auth-journal.js';

/** Most records of refused requests in a minute: of one address, and of all together. */
const limits = { ofAddress: 30, ofAll: 600 } as const;

const MINUTE_MS = 60_000;

/** Records refused requests, in a flood not each of them: the audit log must not be filled by those it keeps out. */
export class Denials {
  readonly #byAddress = new LRUCache<string, number>({ max: 1_000 });
  #recorded = 0;
  #minuteEndsMs = 0;
  #isFlooded = false;

  constructor(
    private readonly journal: Pick<AuthJournal, 'record'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Never throws: a request is refused whether that can be recorded or not. */
  async record(event: AuthEvent): Promise<void> {
    if (!this.#hasRoomFor(event.ip ?? '')) return;
    try {
      await this.journal.record(event);
    } catch (error) {
      const { correlationId } = event;
      this.log.write('error', 'auth', 'A refused request could not be recorded', { correlationId }, error);
    }
  }

  #hasRoomFor(address: string): boolean {
    const now = this.clock.monotonicMs();
    if (now >= this.#minuteEndsMs) {
      this.#minuteEndsMs = now + MINUTE_MS;
      this.#recorded = 0;
      this.#isFlooded = false;
      this.#byAddress.clear();
    }
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (ofAddress >= limits.ofAddress || this.#recorded >= limits.ofAll) {
      this.#warnOnce();
      return false;
    }
    this.#byAddress.set(address, ofAddress + 1);
    this.#recorded += 1;
    return true;
  }

  #warnOnce(): void {
    if (this.#isFlooded) return;
    this.#isFlooded = true;
    this.log.write('warning', 'auth', 'Many requests are refused; for a minute not each of them is recorded');
  }
}
