import type { Clock } from '../../common/ports/clock.js';
import type { Database } from '../../common/ports/database.js';
import type { ExecutorFactory, ExecutorRequest, Executors } from '../../common/ports/executor.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import { DatabaseClient } from './duckdb/database-client.js';
import { DatabaseRegistry } from './duckdb/database-registry.js';
import { DuckDbDatabase } from './duckdb/duckdb-database.js';
import { DuckDbExecutor } from './duckdb/duckdb-executor.js';
import { StatementLanes } from './duckdb/statement-lanes.js';
import { ExecutorSet } from './executor-set.js';
import { PromptExecutor } from './prompt/prompt-executor.js';

/** Opens the executors of Runtimes inside this process; they share the database file and its threads. */
export class LocalExecutorFactory implements ExecutorFactory {
  readonly #registry: DatabaseRegistry;
  readonly #lanes: StatementLanes;

  /** @param threadCount size of the process's thread pool, which bounds how many statements run at once */
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    threadCount: number,
  ) {
    this.#registry = new DatabaseRegistry(this.log);
    this.#lanes = new StatementLanes(threadCount);
  }

  async create({
    config,
  }: ExecutorRequest): Promise<{ readonly executors: Executors; readonly database: Database }> {
    const share = await this.#registry.acquire(config.database);
    const client = new DatabaseClient(share, config.database.pool, this.#lanes, this.clock, this.metrics);
    const sql = new DuckDbExecutor(client, {
      clientsOnlyRead: config.sqlTools.readonly,
      statementTimeoutMs: config.database.statementTimeoutMs,
    });
    const executors = new ExecutorSet([sql, new PromptExecutor()], config.limits);
    return { executors, database: new DuckDbDatabase(client, config.database.statementTimeoutMs) };
  }
}
