import { MessageChannel, Worker } from 'node:worker_threads';
import type { DatabaseConfig } from '../../../../common/domain/app-config.js';
import { DatabaseUnavailableError } from '../../../../common/errors/server-errors.js';
import type { PoolState } from '../../../../common/ports/database.js';
import type { Log } from '../../../../common/ports/log.js';
import type { Metrics } from '../../../../common/ports/metrics.js';
import type { SqlFunction, SqlFunctions } from '../../sql-functions.js';
import type { OpenDatabase } from '../database-registry.js';
import type { SqlEngine } from '../sql-engine.js';
import { FunctionDesk } from './function-desk.js';
import { ThreadEngine } from './thread-engine.js';
import { fromThreadError } from './thread-error.js';
import { ThreadLink } from './thread-link.js';
import type { FromThread, PlainDatabaseConfig, ThreadStart } from './thread-messages.js';

/** A thread that was asked to end is stopped after this long. */
const END_LIMIT_MS = 10_000;

export interface ThreadServices {
  readonly log: Pick<Log, 'write'>;
  readonly metrics: Pick<Metrics, 'statementStarted' | 'poolAcquired'>;
  /** Size of the process's thread pool. */
  readonly threadCount: number;
}

/**
 * A database file that is open in a thread of its own, because its SQL may call plugin functions: a chunk of rows
 * waits there for its answer while the main thread goes on (python.md §9.5, option B).
 */
export class DatabaseThread implements OpenDatabase {
  readonly #link: ThreadLink;
  readonly #pools = new Map<number, PoolState>();
  readonly #statements = new Map<number, (status: 'success' | 'error') => void>();
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #exited = Promise.withResolvers<undefined>();
  #isEnding = false;
  #lastEngine = 0;

  private constructor(
    private readonly worker: Worker,
    private readonly desk: FunctionDesk,
    private readonly services: ThreadServices,
  ) {
    this.#link = new ThreadLink(worker);
    worker.on('message', (message: FromThread) => {
      this.receive(message);
    });
    worker.on('error', (error) => {
      services.log.write('critical', 'duckdb', 'The database thread failed', {}, error);
    });
    worker.on('exit', () => {
      this.gone();
    });
  }

  /** @throws DatabaseUnavailableError; no thread is left then */
  static async open(
    config: DatabaseConfig,
    functions: readonly SqlFunction[],
    services: ThreadServices,
  ): Promise<DatabaseThread> {
    const { port1, port2 } = new MessageChannel();
    const answered = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { threadCount, log } = services;
    const start = { config: plain(config), functions, threadCount, calls: port2, answered };
    const worker = new Worker(new URL('./thread-main.js', import.meta.url), {
      name: 'database',
      workerData: start satisfies Omit<ThreadStart, 'calls'>,
      transferList: [port2],
    });
    const thread = new DatabaseThread(worker, new FunctionDesk(port1, answered, log), services);
    try {
      await thread.#ready.promise;
    } catch (error) {
      await thread.#exited.promise;
      throw error;
    }
    return thread;
  }

  async configure(config: DatabaseConfig): Promise<void> {
    await this.#link.valueOf({ type: 'configure', config: plain(config) });
  }

  engine(config: DatabaseConfig, released: () => Promise<void>, functions: SqlFunctions): SqlEngine {
    this.#lastEngine += 1;
    const key = this.#lastEngine;
    const unused = { idle: config.pool.size, inUse: 0, waiting: 0 };
    // what is asked of the engine comes after this, so nobody need wait for it
    const attached = this.#link.ask({ type: 'attach', engine: key, config: plain(config) });
    void attached.answer().next();
    const wires = {
      key,
      link: this.#link,
      desk: this.desk,
      functions,
      timeoutMs: config.statementTimeoutMs ?? 0,
    };
    return new ThreadEngine(wires, () => this.#pools.get(key) ?? unused, released);
  }

  /** Closes the database and ends the thread. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const limit = setTimeout(() => {
      this.services.log.write('error', 'duckdb', 'The database thread did not end and is stopped');
      void this.worker.terminate();
    }, END_LIMIT_MS);
    try {
      if (!this.#link.isLost) await this.#link.valueOf({ type: 'end' });
    } finally {
      await this.#exited.promise;
      clearTimeout(limit);
    }
  }

  private receive(message: FromThread): void {
    const { log, metrics } = this.services;
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(undefined);
        return;
      case 'failed':
        if (message.id === null) this.#ready.reject(fromThreadError(message.error));
        this.#link.receive(message);
        return;
      case 'piece':
      case 'done':
        this.#link.receive(message);
        return;
      case 'pool':
        this.#pools.set(message.engine, message.state);
        return;
      case 'poolAcquired':
        metrics.poolAcquired(message.seconds);
        return;
      case 'statementStarted':
        this.#statements.set(message.statement, metrics.statementStarted());
        return;
      case 'statementEnded':
        this.#statements.get(message.statement)?.(message.status);
        this.#statements.delete(message.statement);
        return;
      case 'log':
        log.write(message.level, message.logger, message.message, message.fields, message.error);
        return;
    }
  }

  private gone(): void {
    if (!this.#isEnding) this.services.log.write('critical', 'duckdb', 'The database thread has ended');
    this.#link.lose();
    this.desk.close();
    for (const ended of this.#statements.values()) ended('error');
    this.#statements.clear();
    this.#ready.reject(new DatabaseUnavailableError('The database thread ended before it opened the file'));
    this.#exited.resolve(undefined);
  }
}

function plain({ secrets, ...config }: DatabaseConfig): PlainDatabaseConfig {
  return {
    ...config,
    secrets: secrets.map(({ parameters, ...secret }) => ({ ...secret, parameters: parameters.reveal() })),
  };
}
