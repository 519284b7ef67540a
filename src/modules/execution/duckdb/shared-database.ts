import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import type { Log } from '../../../common/ports/log.js';
import type { DatabaseConnection } from './database-connection.js';
import { DatabaseInstance } from './database-instance.js';
import { reasonOf } from './database-file.js';
import { noPluginFunctions, type PluginFunctions } from './plugin-functions.js';
import { StatementProfiles } from './statement-profiles.js';

/** After these DuckDB refuses everything until the file is opened again. */
const fatal = /^(?:FATAL|INTERNAL) Error/;

/**
 * The one open instance of a database file in this process, shared by the Runtimes that use it. An instance
 * that DuckDB gives up after an internal error is closed once nobody uses it, and another takes its place.
 */
export class SharedDatabase {
  /** What was learnt about statements on this database. */
  readonly profiles = new StatementProfiles(() => this.connect());
  #instance: Promise<DatabaseInstance>;
  readonly #abandoned = new Set<() => void>();
  /** Null from the moment that DuckDB gives it up until another one is open. */
  #serving: DatabaseInstance | null;
  #mustReopen = false;

  private constructor(
    serving: DatabaseInstance,
    private config: DatabaseConfig,
    private readonly log: Pick<Log, 'write'>,
    readonly functions: PluginFunctions,
  ) {
    this.#serving = serving;
    this.#instance = Promise.resolve(serving);
  }

  /** @throws DatabaseUnavailableError */
  static async open(
    config: DatabaseConfig,
    log: Pick<Log, 'write'>,
    functions: PluginFunctions = noPluginFunctions,
  ): Promise<SharedDatabase> {
    return new SharedDatabase(await DatabaseInstance.open(config, log, functions), config, log, functions);
  }

  /** Loads extensions and sets secrets of a further holder's configuration. */
  async configure(config: DatabaseConfig): Promise<void> {
    this.config = config;
    await (await this.#instance).configure(config);
  }

  /** @throws DatabaseUnavailableError when the file had to be opened again and could not be */
  async connect(): Promise<DatabaseConnection> {
    if (this.#mustReopen) this.replaceBy(this.openAgain());
    const instance = await this.#instance;
    const native = await instance.connect();
    return {
      native,
      disconnect: () => {
        instance.disconnect(native);
      },
      failed: (error) => {
        if (fatal.test(reasonOf(error))) this.giveUp(instance, error);
      },
    };
  }

  /** Calls back whenever connections must be let go, until the returned function is called. */
  onAbandoned(callback: () => void): () => void {
    this.#abandoned.add(callback);
    return () => {
      this.#abandoned.delete(callback);
    };
  }

  async close(): Promise<void> {
    await this.profiles.close();
    if (!this.#mustReopen) await (await this.#instance).close();
  }

  private giveUp(broken: DatabaseInstance, error: unknown): void {
    if (this.#serving !== broken) return;
    const [reason] = reasonOf(error).split('\n');
    this.log.write('critical', 'duckdb', 'DuckDB failed; its file is opened again', { reason }, error);
    this.replaceBy(broken.abandon().then(() => this.openAgain()));
    for (const callback of this.#abandoned) callback();
    void this.profiles.close();
  }

  private openAgain(): Promise<DatabaseInstance> {
    return DatabaseInstance.open(this.config, this.log, this.functions);
  }

  private replaceBy(next: Promise<DatabaseInstance>): void {
    this.#serving = null;
    this.#mustReopen = false;
    this.#instance = next;
    next.then(
      (instance) => {
        this.#serving = instance;
      },
      (error: unknown) => {
        this.#mustReopen = true;
        this.log.write('critical', 'duckdb', 'The database file cannot be opened again', {}, error);
      },
    );
  }
}
