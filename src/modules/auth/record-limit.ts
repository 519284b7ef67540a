import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import { addressGroup } from './address-group.js';
import { MinuteCounts } from './minute-counts.js';

/** Most records of failures in a minute: of one kind from one address, and of all together. */
const limits = { ofAddress: 30, ofAll: 600 } as const;

/** Keys beside those of addresses, which begin with a kind. */
const ALL = 'all';
const LEFT_OUT = 'left out';

interface Failure {
  readonly type: string;
  readonly ip: string | null;
}

/** Which failures are recorded: in a flood not each, or the audit log would be filled by those it keeps out. */
export class RecordLimit {
  readonly #counts: MinuteCounts;

  constructor(
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#counts = new MinuteCounts(clock, 1_000);
  }

  /** Whether this failure is to be recorded, which then counts as done. */
  hasRoomFor({ type, ip }: Failure): boolean {
    const from = `${type} ${addressGroup(ip ?? '')}`;
    if (this.#counts.of(from) >= limits.ofAddress || this.#counts.of(ALL) >= limits.ofAll) {
      if (this.#counts.add(LEFT_OUT) === 1) {
        const text = 'Many requests are refused; for a minute not each of them is recorded';
        this.log.write('warning', 'auth', text);
      }
      return false;
    }
    this.#counts.add(from);
    this.#counts.add(ALL);
    return true;
  }
}
