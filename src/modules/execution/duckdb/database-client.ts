import { Deadline } from '../../../common/async/deadline.js';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { PoolState } from '../../../common/ports/database.js';
import type { Metrics } from '../../../common/ports/metrics.js';
import { ConnectionPool, type Lease } from './connection-pool.js';
import type { KeptConnection } from './kept-connection.js';
import type { PooledSession } from './pooled-session.js';
import type { SharedDatabase } from './shared-database.js';
import type { StatementLanes } from './statement-lanes.js';
import type { StatementProfile } from './statement-profile.js';
import type { StatementProfiles } from './statement-profiles.js';

export interface Admission {
  readonly isSlow: boolean;
  readonly signal: AbortSignal;
}

/** One holder's share of an open database; `release` gives it back, exactly once. */
export interface DatabaseShare {
  readonly database: SharedDatabase;
  release(): Promise<void>;
}

/** A connection, and a place among the statements that run at once. */
interface Place {
  readonly lease: Lease;
  readonly leaveLane: () => void;
  /** True when a session had the connection before. */
  readonly wasKept: boolean;
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
    private readonly metrics: Pick<Metrics, 'statementStarted' | 'poolAcquired'>,
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
   * @param kept where a session keeps the connection when work left something on it
   * @throws UnavailableError when there was no place in time; the signal's reason while waiting
   */
  async use<T>(
    admission: Admission,
    work: (session: PooledSession) => Promise<T>,
    kept: KeptConnection | null = null,
  ): Promise<T> {
    const place = await this.admitted(admission, kept);
    const { session } = place.lease;
    let mayKeep = place.wasKept;
    try {
      const result = await work(session);
      mayKeep = true;
      return result;
    } catch (error) {
      session.failed(error);
      throw error;
    } finally {
      place.leaveLane();
      session.leave();
      // of a connection on which the first statement failed nothing is wanted
      if (kept !== null && session.isDirty && mayKeep) kept.keep(place.lease);
      else place.lease.release();
    }
  }

  /** As `use`, for the run of a source: counted, and its duration remembered. */
  measure<T>(
    profile: StatementProfile,
    signal: AbortSignal,
    work: (session: PooledSession) => Promise<T>,
    kept: KeptConnection | null = null,
  ): Promise<T> {
    const isSlow = profile.isSlow(this.clock.monotonicMs());
    const measured = async (session: PooledSession): Promise<T> => {
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
    };
    return this.use({ isSlow, signal }, measured, kept);
  }

  /** Interrupts what runs, closes the connections and gives the database back. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.close().then(() => this.share.release());
    return this.#closed;
  }

  private async admitted({ isSlow, signal }: Admission, kept: KeptConnection | null): Promise<Place> {
    const askedMs = this.clock.monotonicMs();
    const limitMs = this.config.acquireTimeoutMs;
    using patience = new Deadline(signal, limitMs);
    try {
      const held = kept?.take() ?? null;
      const place =
        held === null
          ? await this.newPlace(isSlow, patience.signal)
          : await this.placeOf(held, patience.signal, kept);
      this.metrics.poolAcquired((this.clock.monotonicMs() - askedMs) / 1000);
      return place;
    } catch (error) {
      if (!patience.expired) throw error;
      throw new UnavailableError(
        `No database connection became free within ${limitMs} ms; try again, or raise duckdb.pool.size`,
      );
    }
  }

  /**
   * The right to a connection comes before the place among the running statements: who waits for a connection
   * must not be in the way of a session that keeps one.
   */
  private async newPlace(isSlow: boolean, signal: AbortSignal): Promise<Place> {
    const leaving: (() => void)[] = [];
    const leaveLane = (): void => {
      for (const leave of leaving.splice(0).reverse()) leave();
    };
    let leavePool: (() => void) | null = null;
    try {
      if (isSlow) leaving.push(await this.lanes.enterSlow(signal));
      leavePool = await this.#pool.enter(signal);
      leaving.push(await this.lanes.enter(signal));
      return { lease: await this.#pool.lend(leavePool), leaveLane, wasKept: false };
    } catch (error) {
      leaveLane();
      leavePool?.();
      throw error;
    }
  }

  /** A statement on a kept connection counts as quick, whatever it is: others may wait for what it holds. */
  private async placeOf(lease: Lease, signal: AbortSignal, kept: KeptConnection | null): Promise<Place> {
    try {
      return { lease, leaveLane: await this.lanes.enter(signal), wasKept: true };
    } catch (error) {
      kept?.keep(lease);
      throw error;
    }
  }
}
