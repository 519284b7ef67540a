import duckdb from '@duckdb/node-bindings';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import type { Log } from '../../../common/ports/log.js';
import { openDatabaseFile, reasonOf } from './database-file.js';
import { DatabaseSecrets } from './database-secrets.js';
import { loadExtensions } from './extensions.js';
import type { PluginFunctions } from './plugin-functions.js';

/** One opened database file. It can be closed once every connection is gone. */
export class DatabaseInstance {
  readonly #secrets: DatabaseSecrets;
  #connections = 0;
  #emptied: (() => void) | null = null;

  private constructor(
    private readonly native: duckdb.Database,
    private readonly isReadonly: boolean,
    private readonly log: Pick<Log, 'write'>,
  ) {
    this.#secrets = new DatabaseSecrets(log);
  }

  /** @throws DatabaseUnavailableError; nothing stays open then */
  static async open(
    config: DatabaseConfig,
    log: Pick<Log, 'write'>,
    functions: PluginFunctions,
  ): Promise<DatabaseInstance> {
    const instance = new DatabaseInstance(await openDatabaseFile(config), config.readonly, log);
    try {
      await instance.register(functions);
      await instance.configure(config);
      return instance;
    } catch (error) {
      duckdb.close_sync(instance.native);
      throw error;
    }
  }

  /** Loads extensions and sets secrets as this configuration has them. */
  async configure(config: DatabaseConfig): Promise<void> {
    const connection = await this.connect();
    try {
      await loadExtensions(connection, config.extensions);
      await this.#secrets.apply(connection, config.secrets);
    } finally {
      this.disconnect(connection);
    }
  }

  private async register(functions: PluginFunctions): Promise<void> {
    const connection = await this.connect();
    try {
      functions.register(connection);
    } finally {
      this.disconnect(connection);
    }
  }

  async connect(): Promise<duckdb.Connection> {
    this.#connections += 1;
    try {
      return await duckdb.connect(this.native);
    } catch (error) {
      this.departed();
      throw error;
    }
  }

  disconnect(connection: duckdb.Connection): void {
    duckdb.disconnect_sync(connection);
    this.departed();
  }

  /** Writes everything to the file and closes it; waits for the last connection. */
  async close(): Promise<void> {
    if (!this.isReadonly) await this.checkpoint();
    await this.abandon();
  }

  /** Closes without a word to the file, for an instance that DuckDB has given up. */
  async abandon(): Promise<void> {
    if (this.#connections > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    }
    duckdb.close_sync(this.native);
  }

  /** Closing would do it too, but on the event loop; what fails here is kept in the write-ahead log. */
  private async checkpoint(): Promise<void> {
    const connection = await this.connect();
    try {
      await duckdb.query(connection, 'CHECKPOINT');
    } catch (error) {
      this.log.write(
        'warning',
        'duckdb',
        'A checkpoint of the database failed',
        { reason: reasonOf(error) },
        error,
      );
    } finally {
      this.disconnect(connection);
    }
  }

  private departed(): void {
    this.#connections -= 1;
    if (this.#connections === 0) this.#emptied?.();
  }
}
