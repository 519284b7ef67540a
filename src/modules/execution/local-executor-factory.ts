import type { AppConfig } from '../../common/domain/app-config.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Database } from '../../common/ports/database.js';
import type { ExecutorFactory, ExecutorRequest, Executors } from '../../common/ports/executor.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import { DatabaseRegistry } from './duckdb/database-registry.js';
import { DuckDbDatabase } from './duckdb/duckdb-database.js';
import { DuckDbExecutor } from './duckdb/duckdb-executor.js';
import { LocalDatabase } from './duckdb/local-database.js';
import { ThreadDatabase } from './duckdb/thread/thread-database.js';
import { StatementLanes } from './duckdb/statement-lanes.js';
import { ExecutorSet } from './executor-set.js';
import { PromptExecutor } from './prompt/prompt-executor.js';
import { PythonCode } from './python/python-code.js';
import { NoSqlFunctions, type SqlFunctions } from './sql-functions.js';
import { TypeScriptExecutor } from './typescript/typescript-executor.js';

/** Opens the executors of Runtimes inside this process; they share the database file and its threads. */
export class LocalExecutorFactory implements ExecutorFactory {
  readonly #registry: DatabaseRegistry;

  /** @param threadCount size of the process's thread pool, which bounds how many statements run at once */
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    threadCount: number,
  ) {
    const services = { log, metrics, clock, lanes: new StatementLanes(threadCount) };
    // only SQL that may call plugin functions needs a thread of its own
    this.#registry = new DatabaseRegistry((config, functions) =>
      functions.length === 0
        ? LocalDatabase.open(config, services)
        : ThreadDatabase.open(config, functions, { log, metrics, clock, threadCount }),
    );
  }

  /** Plugins first, because the database is opened with their functions; imports and hooks last: they query. */
  async create(
    request: ExecutorRequest,
  ): Promise<{ readonly executors: Executors; readonly database: Database }> {
    const { log, clock, metrics } = this;
    const python = await PythonCode.start(request, { log, clock, metrics });
    const opened = await this.open(request.config, python ?? new NoSqlFunctions(), python).catch(
      async (error: unknown) => {
        await python?.exit();
        throw error;
      },
    );
    try {
      await python?.begin(opened.database);
    } catch (error) {
      await opened.executors.dispose();
      throw error;
    }
    return opened;
  }

  /**
   * The executors of a configuration around what was started before.
   * @param functions of the project's plugins
   */
  async open(
    config: AppConfig,
    functions: SqlFunctions,
    python: PythonCode | null,
  ): Promise<{ readonly executors: Executors; readonly database: Database }> {
    const engine = await this.#registry.acquire(config.database, functions);
    const database = new DuckDbDatabase(engine);
    const sql = new DuckDbExecutor(engine, config.sqlTools.readonly);
    const typescript = new TypeScriptExecutor(
      { root: config.project.root, userCode: config.userCode },
      database,
      this.log,
    );
    const code = python === null ? [typescript] : [typescript, python.executor];
    const executors = new ExecutorSet([sql, new PromptExecutor(), ...code], python);
    return { executors, database };
  }
}
