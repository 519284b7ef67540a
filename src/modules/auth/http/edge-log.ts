import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { MinuteCounts } from '../minute-counts.js';
import type { HostRefusal } from './host-check.js';

/** Refused values that are told in a minute; anybody can think of more. */
const MOST = 20;

/** Key beside those of values, which begin with a status. */
const ALL = 'all';

const texts = {
  421: 'Refused a request for another host; if it is a name of this server, add it to transport.http.allowed_hosts',
  403: 'Refused a request of another origin; if its pages may call, add it to transport.http.allowed_origins',
} as const;

/** Tells the operator which hosts and origins are refused: each once in a minute, and not without end. */
export class EdgeLog {
  readonly #told: MinuteCounts;

  constructor(
    private readonly log: Log,
    clock: Clock,
  ) {
    this.#told = new MinuteCounts(clock, MOST + 1);
  }

  refused(
    { status, refused }: HostRefusal,
    by: { readonly correlationId: string; readonly ip: string },
  ): void {
    const value = `${status} ${refused}`;
    if (this.#told.of(value) > 0 || this.#told.of(ALL) >= MOST) return;
    this.#told.add(value);
    this.#told.add(ALL);
    const header = status === 421 ? { host: refused } : { origin: refused };
    this.log.write('warning', 'http', texts[status], { ...by, ...header });
  }
}
