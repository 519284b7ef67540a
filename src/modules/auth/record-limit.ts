import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import { addressGroup } from './address-group.js';

/** Most records of failures in a minute: of one kind from one address, and of all together. */
const limits = { ofAddress: 30, ofAll: 600 } as const;

const MINUTE_MS = 60_000;

interface Failure {
  readonly type: string;
  readonly ip: string | null;
}

/** Which failures are recorded: in a flood not each, or the audit log would be filled by those it keeps out. */
export class RecordLimit {
  readonly #byAddress = new LRUCache<string, number>({ max: 1_000 });
  #recorded = 0;
  #minuteEndsMs = 0;
  #isFlooded = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Whether this failure is to be recorded, which then counts as done. */
  hasRoomFor({ type, ip }: Failure): boolean {
    const now = this.clock.monotonicMs();
    if (now >= this.#minuteEndsMs) {
      this.#minuteEndsMs = now + MINUTE_MS;
      this.#recorded = 0;
      this.#isFlooded = false;
      this.#byAddress.clear();
    }
    const from = `${type} ${addressGroup(ip ?? '')}`;
    const ofAddress = this.#byAddress.get(from) ?? 0;
    if (ofAddress >= limits.ofAddress || this.#recorded >= limits.ofAll) {
      this.#warnOnce();
      return false;
    }
    this.#byAddress.set(from, ofAddress + 1);
    this.#recorded += 1;
    return true;
  }

  #warnOnce(): void {
    if (this.#isFlooded) return;
    this.#isFlooded = true;
    this.log.write('warning', 'auth', 'Many requests are refused; for a minute not each of them is recorded');
  }
}
