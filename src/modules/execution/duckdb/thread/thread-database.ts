import type { DatabaseConfig } from '../../../../common/domain/app-config.js';
import { UnavailableError } from '../../../../common/errors/server-errors.js';
import type { SqlFunction, SqlFunctions } from '../../sql-functions.js';
import type { OpenDatabase } from '../database-registry.js';
import type { SqlEngine } from '../sql-engine.js';
import { DatabaseThread, type ThreadServices } from './database-thread.js';
import { ThreadEngine } from './thread-engine.js';

/** No sooner than this after a restart comes the next: a thread that cannot stay would be started without end. */
const RESTART_PAUSE_MS = 1_000;

/**
 * A database file that is open in a thread of its own, because its SQL may call plugin functions: a chunk of rows
 * waits there for its answer while the main thread goes on (python.md §9.5, option B). When a fault ends the thread,
 * what it was doing fails, and the next question starts another.
 */
export class ThreadDatabase implements OpenDatabase {
  /** The configurations of those who use it now. */
  readonly #engines = new Map<number, DatabaseConfig>();
  #thread: DatabaseThread;
  #restartableMs = 0;
  #isClosing = false;
  #lastEngine = 0;

  private constructor(
    private config: DatabaseConfig,
    private readonly functions: readonly SqlFunction[],
    private readonly services: ThreadServices,
  ) {
    this.#thread = DatabaseThread.start(config, functions, services);
  }

  /** @throws DatabaseUnavailableError; no thread is left then */
  static async open(
    config: DatabaseConfig,
    functions: readonly SqlFunction[],
    services: ThreadServices,
  ): Promise<ThreadDatabase> {
    const database = new ThreadDatabase(config, functions, services);
    await database.#thread.ready;
    return database;
  }

  async configure(config: DatabaseConfig): Promise<void> {
    this.config = config;
    await this.reach().configure(config);
  }

  engine(config: DatabaseConfig, released: () => Promise<void>, functions: SqlFunctions): SqlEngine {
    this.#lastEngine += 1;
    const key = this.#lastEngine;
    const unused = { idle: config.pool.size, inUse: 0, waiting: 0 };
    this.reach().attach(key, config);
    this.#engines.set(key, config);
    const wires = {
      key,
      reach: () => this.reach(),
      detach: () => this.detach(key),
      functions,
      timeoutMs: config.statementTimeoutMs ?? 0,
    };
    return new ThreadEngine(wires, () => this.#thread.pool(key) ?? unused, released);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#thread.close();
  }

  private async detach(engine: number): Promise<void> {
    this.#engines.delete(engine);
    const { link } = this.#thread;
    if (!link.isLost) await link.valueOf({ type: 'detach', engine });
  }

  /** The thread that serves; another one when a fault has ended it. */
  private reach(): DatabaseThread {
    if (!this.#thread.link.isLost || this.#isClosing) return this.#thread;
    const nowMs = this.services.clock.monotonicMs();
    if (nowMs < this.#restartableMs) {
      throw new UnavailableError('The database has stopped and is opened again in a moment; try again');
    }
    this.services.log.write('warning', 'duckdb', 'The database is opened again');
    this.#restartableMs = nowMs + RESTART_PAUSE_MS;
    this.#thread = DatabaseThread.start(this.config, this.functions, this.services);
    this.#thread.ready.catch((error: unknown) => {
      this.services.log.write('critical', 'duckdb', 'The database file cannot be opened again', {}, error);
    });
    for (const [key, config] of this.#engines) this.#thread.attach(key, config);
    return this.#thread;
  }
}
