import { Gate } from '../../../common/async/gate.js';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { PoolState } from '../../../common/ports/database.js';
import { PooledSession } from './pooled-session.js';
import type { SharedDatabase } from './shared-database.js';

/** An idle connection is asked whether it still lives when it has been idle for longer. */
const PING_AFTER_MS = 30_000;
/** While the pool closes, what still runs is interrupted this often: DuckDB forgets one that comes too early. */
const INTERRUPT_EVERY_MS = 20;

/** A borrowed connection; `release` gives it back, exactly once. */
export interface Lease {
  readonly session: PooledSession;
  release(): void;
}

interface Idle {
  readonly session: PooledSession;
  readonly sinceMs: number;
}

/**
 * The connections of one Runtime. They open when first needed, at most `size` and, while all are busy,
 * `maxOverflow` more that close when returned. A connection that something may have been left behind on
 * (a temporary table, a setting, a transaction) is closed instead of lent again.
 */
export class ConnectionPool {
  readonly #idle: Idle[] = [];
  readonly #busy = new Set<PooledSession>();
  readonly #gate: Gate;
  #isClosing = false;
  #emptied: (() => void) | null = null;
  readonly #stopListening: () => void;

  constructor(
    private readonly database: SharedDatabase,
    private readonly config: DatabaseConfig['pool'],
    private readonly clock: Clock,
  ) {
    this.#gate = new Gate(config.size + config.maxOverflow);
    this.#stopListening = database.onAbandoned(() => {
      this.letGo();
    });
  }

  state(): PoolState {
    const { inside, waiting } = this.#gate;
    return { idle: Math.max(this.config.size - inside, 0), inUse: this.#busy.size, waiting };
  }

  /**
   * Lends a connection, the most recently used first.
   * @throws UnavailableError while the pool is closing; the signal's reason when it fires while waiting
   */
  async acquire(signal: AbortSignal): Promise<Lease> {
    return this.lend(await this.enter(signal));
  }

  /**
   * Settles once a connection may be had. The returned function gives the right to it back, unless `lend` took it.
   * @throws the signal's reason when it fires while waiting
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    const leave = await this.#gate.enter(signal);
    return () => {
      this.depart(leave);
    };
  }

  /** @param leave from `enter`; called when the lease ends or there is none */
  async lend(leave: () => void): Promise<Lease> {
    try {
      const session = await this.available();
      this.#busy.add(session);
      return {
        session,
        release: () => {
          this.takeBack(session, leave);
        },
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Interrupts what runs, waits until every connection is back, and closes them. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopListening();
    for (const session of this.#busy) session.revoke();
    if (this.#gate.inside > 0) {
      const interrupting = setInterval(() => {
        for (const session of this.#busy) session.interrupt();
      }, INTERRUPT_EVERY_MS);
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
      clearInterval(interrupting);
    }
    this.closeIdle();
  }

  /** Closes what is idle; what is busy ends soon and is closed when it comes back. */
  private letGo(): void {
    for (const session of this.#busy) session.revoke();
    this.closeIdle();
  }

  private closeIdle(): void {
    for (const { session } of this.#idle.splice(0)) session.close();
  }

  private async available(): Promise<PooledSession> {
    if (this.#isClosing) throw new UnavailableError('Server is shutting down');
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!this.isOld(idle.session) && (await this.isAlive(idle))) return idle.session;
      idle.session.close();
    }
    return PooledSession.open(this.database, this.clock.monotonicMs());
  }

  private takeBack(session: PooledSession, leave: () => void): void {
    if (!this.#busy.delete(session)) return;
    if (this.mayKeep(session)) this.#idle.push({ session, sinceMs: this.clock.monotonicMs() });
    else session.close();
    leave();
  }

  private depart(leave: () => void): void {
    leave();
    if (this.#gate.inside === 0) this.#emptied?.();
  }

  private mayKeep(session: PooledSession): boolean {
    if (session.isDirty || this.#isClosing) return false;
    return this.#idle.length < this.config.size && !this.isOld(session);
  }

  private isOld(session: PooledSession): boolean {
    return this.clock.monotonicMs() - session.openedMs > this.config.maxAgeS * 1000;
  }

  private async isAlive({ session, sinceMs }: Idle): Promise<boolean> {
    return !this.config.prePing || this.clock.monotonicMs() - sinceMs < PING_AFTER_MS || session.answers();
  }
}
