import { isDeepStrictEqual } from 'node:util';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import type { Log } from '../../../common/ports/log.js';
import { unavailable } from './database-file.js';
import { SharedDatabase } from './shared-database.js';

/** One holder's share of an open database; `release` gives it back, exactly once. */
export interface DatabaseShare {
  readonly database: SharedDatabase;
  release(): Promise<void>;
}

interface OpenFile {
  readonly options: FileOptions;
  readonly database: SharedDatabase;
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
      const file = await this.openOrShared(config);
      file.holders += 1;
      return { database: file.database, release: () => this.inTurn(() => this.leave(config.path, file)) };
    });
  }

  private async openOrShared(config: DatabaseConfig): Promise<OpenFile> {
    const options = fileOptions(config);
    const known = this.#files.get(config.path);
    if (known === undefined) {
      const file = { options, database: await SharedDatabase.open(config, this.log), holders: 0 };
      this.#files.set(config.path, file);
      return file;
    }
    if (!isDeepStrictEqual(known.options, options)) {
      throw unavailable('The database file is open with other options', null);
    }
    await known.database.configure(config);
    return known;
  }

  private async leave(path: string, file: OpenFile): Promise<void> {
    file.holders -= 1;
    if (file.holders > 0) return;
    this.#files.delete(path);
    await file.database.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function fileOptions(config: DatabaseConfig): FileOptions {
  const { readonly, root, memoryLimit, threads, tempDirectory } = config;
  return { readonly, root, memoryLimit, threads, tempDirectory };
}
