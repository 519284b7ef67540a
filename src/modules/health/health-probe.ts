import type { Clock } from '../../common/ports/clock.js';
import type { Readiness } from '../../common/ports/readiness.js';
import type { CheckName, HealthReport, ReadinessReport } from './health-report.js';

/** What one terminus indicator answers, by its name. */
type IndicatorResult = Readonly<Record<string, { readonly status: string; readonly message?: unknown }>>;

/** Anything that can be asked how it is; it never throws. */
export interface Indicator<R = IndicatorResult | Promise<IndicatorResult>> {
  check(): R;
}

interface ProbeState {
  readonly takenMs: number;
  readonly down: Readonly<Partial<Record<CheckName, string>>>;
}

/** How old the answer about the database may be; a bad one is asked again at once. */
const PROBE_INTERVAL_MS = 30_000;

/** How this process is, without waiting for anything slow (operations.md §5). */
export class HealthProbe {
  readonly #startedMs: number;
  #state: ProbeState | null = null;
  #running: Promise<ProbeState> | null = null;

  /**
   * @param quick answered from memory, asked each time
   * @param slow asked in the background
   * @param version of the server, as `/health` says it
   */
  constructor(
    private readonly clock: Clock,
    private readonly readiness: Readiness,
    private readonly quick: readonly Indicator<IndicatorResult>[],
    private readonly slow: Indicator,
    private readonly version: string,
  ) {
    this.#startedMs = clock.monotonicMs();
  }

  /** Never waits; a failed probe makes `degraded`. */
  health(): HealthReport {
    this.#refreshWhenOld();
    return {
      status: Object.keys(this.#state?.down ?? {}).length === 0 ? 'healthy' : 'degraded',
      timestamp: this.clock.now().toISOString(),
      version: this.version,
      uptime_seconds: Math.floor((this.clock.monotonicMs() - this.#startedMs) / 1000),
      circuitBreaker: { state: 'closed', failures: 0, openedAt: null, breakers: {} },
    };
  }

  /** Waits for the first probe only, and for one that may end an outage. */
  async ready(): Promise<ReadinessReport> {
    if (this.readiness.isDraining) return { status: 'not_ready', reason: 'shutting_down' };
    const quick = failures(this.quick.map((indicator) => indicator.check()));
    const known = this.#refreshWhenOld();
    const isUsable = known !== null && Object.keys(known.down).length === 0;
    const slow = isUsable ? known.down : (await this.#probe()).down;
    return report({ ...quick, ...slow });
  }

  #refreshWhenOld(): ProbeState | null {
    const state = this.#state;
    if (state === null || this.clock.monotonicMs() - state.takenMs > PROBE_INTERVAL_MS) void this.#probe();
    return state;
  }

  #probe(): Promise<ProbeState> {
    this.#running ??= this.#ask().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #ask(): Promise<ProbeState> {
    const down = failures([await this.slow.check()]);
    this.#state = { takenMs: this.clock.monotonicMs(), down };
    return this.#state;
  }
}

function failures(results: readonly IndicatorResult[]): Partial<Record<CheckName, string>> {
  const down: Record<string, string> = {};
  for (const [name, result] of results.flatMap((found) => Object.entries(found))) {
    if (result.status === 'up') continue;
    down[name] = typeof result.message === 'string' ? result.message : 'no answer';
  }
  return down;
}

function report(details: Partial<Record<CheckName, string>>): ReadinessReport {
  const isUp = (name: CheckName): boolean => details[name] === undefined;
  return {
    status: Object.keys(details).length === 0 ? 'ready' : 'not_ready',
    checks: {
      database: isUp('database'),
      // in memory, and without breakers so far
      cache: true,
      dependencies: true,
      audit: isUp('audit'),
      runtime: isUp('runtime'),
    },
    details,
  };
}
