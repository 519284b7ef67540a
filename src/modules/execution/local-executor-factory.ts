import type { Clock } from '../../common/ports/clock.js';
import type { Database } from '../../common/ports/database.js';
import type { ExecutorFactory, ExecutorRequest, Executors } from '../../common/ports/executor.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import { DatabaseRegistry } from './duckdb/database-registry.js';
import { DuckDbDatabase } from './duckdb/duckdb-database.js';
import { DuckDbExecutor } from './duckdb/duckdb-executor.js';
import { LocalDatabase } from './duckdb/local-database.js';
import { DatabaseThread } from './duckdb/thread/database-thread.js';
import { StatementLanes } from './duckdb/statement-lanes.js';
import { ExecutorSet } from './executor-set.js';
import { PromptExecutor } from './prompt/prompt-executor.js';
import { NoSqlFunctions, type SqlFunctions } from './sql-functions.js';

/** Opens the executors of Runtimes inside this process; they share the database file and its threads. */
export class LocalExecutorFactory implements ExecutorFactory {
  readonly #registry: DatabaseRegistry;

  /** @param threadCount size of the process's thread pool, which bounds how many statements run at once */
  constructor(log: Log, metrics: Metrics, clock: Clock, threadCount: number) {
    const services = { log, metrics, clock, lanes: new StatementLanes(threadCount) };
    // only SQL that may call plugin functions needs a thread of its own
    this.#registry = new DatabaseRegistry((config, functions) =>
      functions.length === 0
        ? LocalDatabase.open(config, services)
        : DatabaseThread.open(config, functions, { log, metrics, threadCount }),
    );
  }

  /** @param functions of the project's plugins */
  async create(
    { config }: ExecutorRequest,
    functions: SqlFunctions = new NoSqlFunctions(),
  ): Promise<{ readonly executors: Executors; readonly database: Database }> {
    const engine = await this.#registry.acquire(config.database, functions);
    const sql = new DuckDbExecutor(engine, config.sqlTools.readonly);
    const executors = new ExecutorSet([sql, new PromptExecutor()], config.limits);
    return { executors, database: new DuckDbDatabase(engine) };
  }
}
