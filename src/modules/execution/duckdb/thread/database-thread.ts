import { MessageChannel, Worker } from 'node:worker_threads';
import type { DatabaseConfig } from '../../../../common/domain/app-config.js';
import { DatabaseUnavailableError } from '../../../../common/errors/server-errors.js';
import type { PoolState } from '../../../../common/ports/database.js';
import type { Clock } from '../../../../common/ports/clock.js';
import type { Log } from '../../../../common/ports/log.js';
import type { Metrics } from '../../../../common/ports/metrics.js';
import type { SqlFunction } from '../../sql-functions.js';
import { FunctionDesk } from './function-desk.js';
import { fromThreadError } from './thread-error.js';
import { ThreadLink } from './thread-link.js';
import type { FromThread, PlainDatabaseConfig, ThreadStart } from './thread-messages.js';

/** A thread that was asked to end is stopped after this long. */
const END_LIMIT_MS = 10_000;

export interface ThreadServices {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Pick<Log, 'write'>;
  readonly metrics: Pick<Metrics, 'statementStarted' | 'poolAcquired'>;
  /** Size of the process's thread pool. */
  readonly threadCount: number;
}

/** What questions to one thread go through. */
export interface ThreadWires {
  readonly link: ThreadLink;
  /** Answers the function calls of its statements. */
  readonly desk: FunctionDesk;
}

/** One thread with a database open in it. It ends when it is told to, or by a fault. */
export class DatabaseThread implements ThreadWires {
  readonly link: ThreadLink;
  /** Settles once the file is open; rejects with DatabaseUnavailableError, and no thread is left then. */
  readonly ready: Promise<void>;
  readonly #pools = new Map<number, PoolState>();
  readonly #statements = new Map<number, (status: 'success' | 'error') => void>();
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #exited = Promise.withResolvers<undefined>();
  #isEnding = false;

  private constructor(
    private readonly worker: Worker,
    readonly desk: FunctionDesk,
    private readonly services: ThreadServices,
  ) {
    this.link = new ThreadLink(worker);
    this.ready = this.opened();
    worker.on('message', (message: FromThread) => {
      this.receive(message);
    });
    worker.on('error', (error) => {
      services.log.write('critical', 'duckdb', 'The database failed', {}, error);
    });
    worker.on('exit', () => {
      this.gone();
    });
  }

  /** Questions may be asked at once: they wait until the file is open. */
  static start(
    config: DatabaseConfig,
    functions: readonly SqlFunction[],
    services: ThreadServices,
  ): DatabaseThread {
    const { port1, port2 } = new MessageChannel();
    const answered = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { threadCount, log } = services;
    const start = { config: plain(config), functions, threadCount, calls: port2, answered };
    const worker = new Worker(new URL('./thread-main.js', import.meta.url), {
      name: 'database',
      workerData: start satisfies Omit<ThreadStart, 'calls'>,
      transferList: [port2],
    });
    return new DatabaseThread(worker, new FunctionDesk(port1, answered, log), services);
  }

  async configure(config: DatabaseConfig): Promise<void> {
    await this.link.valueOf({ type: 'configure', config: plain(config) });
  }

  /** What is asked of the engine comes after this, so nobody need wait for it. */
  attach(engine: number, config: DatabaseConfig): void {
    const attached = this.link.ask({ type: 'attach', engine, config: plain(config) });
    // when it is lost, so is what is asked of the engine
    attached
      .answer()
      .next()
      .catch(() => undefined);
  }

  /** The thread's last word about an engine's pool. */
  pool(engine: number): PoolState | null {
    return this.#pools.get(engine) ?? null;
  }

  /** Closes the database and ends the thread. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const limit = setTimeout(() => {
      this.services.log.write('error', 'duckdb', 'The database did not close in time and is stopped');
      void this.worker.terminate();
    }, END_LIMIT_MS);
    try {
      if (!this.link.isLost) await this.link.valueOf({ type: 'end' });
    } finally {
      await this.#exited.promise;
      clearTimeout(limit);
    }
  }

  private async opened(): Promise<void> {
    try {
      await this.#ready.promise;
    } catch (error) {
      await this.#exited.promise;
      throw error;
    }
  }

  private receive(message: FromThread): void {
    const { log, metrics } = this.services;
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(undefined);
        return;
      case 'failed':
        if (message.id === null) this.refused(fromThreadError(message.error));
        this.link.receive(message);
        return;
      case 'piece':
      case 'done':
        this.link.receive(message);
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

  /** It could not open the file and ends. */
  private refused(error: unknown): void {
    this.#isEnding = true;
    this.#ready.reject(error);
  }

  private gone(): void {
    if (!this.#isEnding)
      this.services.log.write('critical', 'duckdb', 'The database has stopped; the next call opens it again');
    this.link.lose();
    this.desk.close();
    for (const ended of this.#statements.values()) ended('error');
    this.#statements.clear();
    this.#ready.reject(
      new DatabaseUnavailableError('The database stopped before its file was open; the log says why'),
    );
    this.#exited.resolve(undefined);
  }
}

function plain({ secrets, ...config }: DatabaseConfig): PlainDatabaseConfig {
  return {
    ...config,
    secrets: secrets.map(({ parameters, ...secret }) => ({ ...secret, parameters: parameters.reveal() })),
  };
}
