import { Deadline } from '../../../common/async/deadline.js';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { PoolState } from '../../../common/ports/database.js';
import type { Metrics } from '../../../common/ports/metrics.js';
import { ConnectionPool, type Lease } from './connection-pool.js';
import type { DatabaseShare } from './database-registry.js';
import type { Session } from './session.js';
import type { StatementLanes } from './statement-lanes.js';
import type { StatementProfile } from './statement-profile.js';
import type { StatementProfiles } from './statement-profiles.js';

export interface Admission {
  readonly isSlow: boolean;
  readonly signal: AbortSignal;
}

/** One Runtime's way to its database: a place among the running statements, then a connection. */
export class DatabaseClient {
  readonly #pool: ConnectionPool;
  #closed: Promise<void> | null = null;

  constructor(
    private readonly share: DatabaseShare,
    private readonly config: DatabaseConfig['pool'],
    private readonly lanes: StatementLanes,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {
    this.#pool = new ConnectionPool(share.database, config, clock);
  }

  get profiles(): StatementProfiles {
    return this.share.database.profiles;
  }

  poolState(): PoolState {
    const state = this.#pool.state();
    return { ...state, waiting: state.waiting + this.lanes.waiting };
  }

  /** For questions that must not wait behind calls: they connect on their own. */
  get database(): DatabaseShare['database'] {
    return this.share.database;
  }

  /**
   * Lends a connection to work, which watches the signal itself from then on.
   * @throws UnavailableError when there was no place in time; the signal's reason while waiting
   */
  async use<T>(admission: Admission, work: (session: Session) => Promise<T>): Promise<T> {
    const { lease, leave } = await this.admitted(admission);
    try {
      return await work(lease.session);
    } catch (error) {
      lease.session.failed(error);
      throw error;
    } finally {
      lease.release();
      leave();
    }
  }

  /** As `use`, for the run of a source: counted, and its duration remembered. */
  measure<T>(
    profile: StatementProfile,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const isSlow = profile.isSlow(this.clock.monotonicMs());
    return this.use({ isSlow, signal }, async (session) => {
      const counted = this.metrics.statementStarted();
      const ended = profile.started(this.clock.monotonicMs());
      let status: 'success' | 'error' = 'error';
      try {
        const result = await work(session);
        status = 'success';
        return result;
      } finally {
        ended(this.clock.monotonicMs());
        counted(status);
      }
    });
  }

  /** Interrupts what runs, closes the connections and gives the database back. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.close().then(() => this.share.release());
    return this.#closed;
  }

  private async admitted({ isSlow, signal }: Admission): Promise<{ lease: Lease; leave: () => void }> {
    const askedMs = this.clock.monotonicMs();
    const limitMs = this.config.acquireTimeoutMs;
    using patience = new Deadline(signal, limitMs);
    try {
      const leave = await this.lanes.enter(isSlow, patience.signal);
      const lease = await this.#pool.acquire(patience.signal).catch((error: unknown) => {
        leave();
        throw error;
      });
      this.metrics.poolAcquired((this.clock.monotonicMs() - askedMs) / 1000);
      return { lease, leave };
    } catch (error) {
      if (!patience.expired) throw error;
      throw new UnavailableError(`No database connection became free within ${limitMs} ms`);
    }
  }
}
