import { isDeepStrictEqual } from 'node:util';
import duckdb from '@duckdb/node-bindings';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import type { Log } from '../../../common/ports/log.js';
import { openDatabaseFile, reasonOf, unavailable } from './database-file.js';
import { DatabaseSecrets } from './database-secrets.js';
import { loadExtensions } from './extensions.js';
import { SharedDatabase } from './shared-database.js';
import { StatementProfiles } from './statement-profiles.js';

/** One holder's share of an open database; `release` gives it back, exactly once. */
export interface DatabaseShare {
  readonly database: SharedDatabase;
  release(): Promise<void>;
}

interface OpenFile {
  readonly options: FileOptions;
  readonly native: duckdb.Database;
  readonly database: SharedDatabase;
  readonly profiles: StatementProfiles;
  readonly secrets: DatabaseSecrets;
  holders: number;
}

/** What cannot change while a file is open. */
type FileOptions = Pick<DatabaseConfig, 'readonly' | 'root' | 'memoryLimit' | 'threads' | 'tempDirectory'>;

/**
 * Keeps exactly one instance per database file in this process, because DuckDB does not notice a second
 * one (architecture.md §9). The last holder to leave closes it.
 */
export class DatabaseRegistry {
  readonly #files = new Map<string, OpenFile>();
  /** Opening and closing go one after the other, so that nobody gets a file that is about to close. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: Log) {}

  /**
   * Opens the file, or shares the open one; loads extensions and sets secrets as configured.
   * @throws DatabaseUnavailableError also when the file is open with other options
   */
  acquire(config: DatabaseConfig): Promise<DatabaseShare> {
    return this.inTurn(async () => {
      const file = this.#files.get(config.path) ?? (await this.open(config));
      if (!isDeepStrictEqual(file.options, fileOptions(config))) {
        throw unavailable('The database file is open with other options', null);
      }
      file.holders += 1;
      try {
        await configure(file, config);
      } catch (error) {
        await this.leave(config.path, file);
        throw error;
      }
      return { database: file.database, release: () => this.inTurn(() => this.leave(config.path, file)) };
    });
  }

  private async open(config: DatabaseConfig): Promise<OpenFile> {
    const native = await openDatabaseFile(config);
    const profiles = new StatementProfiles(() => duckdb.connect(native));
    const file: OpenFile = {
      options: fileOptions(config),
      native,
      profiles,
      database: new SharedDatabase(native, profiles),
      secrets: new DatabaseSecrets(this.log),
      holders: 0,
    };
    this.#files.set(config.path, file);
    return file;
  }

  private async leave(path: string, file: OpenFile): Promise<void> {
    file.holders -= 1;
    if (file.holders > 0) return;
    this.#files.delete(path);
    await file.profiles.close();
    if (!file.options.readonly) await this.checkpoint(file.native);
    duckdb.close_sync(file.native);
  }

  /** Closing would do it too, but on the event loop; what fails here is kept in the write-ahead log. */
  private async checkpoint(native: duckdb.Database): Promise<void> {
    const connection = await duckdb.connect(native);
    try {
      await duckdb.query(connection, 'CHECKPOINT');
    } catch (error) {
      this.log.write('warning', 'duckdb', 'Checkpoint failed', { reason: reasonOf(error) }, error);
    } finally {
      duckdb.disconnect_sync(connection);
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

async function configure(file: OpenFile, config: DatabaseConfig): Promise<void> {
  const connection = await file.database.connect();
  try {
    await loadExtensions(connection, config.extensions);
    await file.secrets.apply(connection, config.secrets);
  } finally {
    duckdb.disconnect_sync(connection);
  }
}

function fileOptions(config: DatabaseConfig): FileOptions {
  const { readonly, root, memoryLimit, threads, tempDirectory } = config;
  return { readonly, root, memoryLimit, threads, tempDirectory };
}
