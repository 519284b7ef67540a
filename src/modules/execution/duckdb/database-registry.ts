import { isDeepStrictEqual } from 'node:util';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { DatabaseHeldError } from '../../../common/errors/server-errors.js';
import type { SqlFunction, SqlFunctions } from '../sql-functions.js';
import type { SqlEngine } from './sql-engine.js';

/** An open database file. */
export interface OpenDatabase {
  /** Loads extensions and sets secrets of a further holder's configuration. */
  configure(config: DatabaseConfig): Promise<void>;

  /**
   * One holder's use of it.
   * @param released runs once the engine has let go
   * @param functions which its statements call
   */
  engine(config: DatabaseConfig, released: () => Promise<void>, functions: SqlFunctions): SqlEngine;

  close(): Promise<void>;
}

/** Opens the file; extensions, secrets and functions are as configured then. */
export type OpenFile = (config: DatabaseConfig, functions: readonly SqlFunction[]) => Promise<OpenDatabase>;

interface HeldFile {
  readonly options: FileOptions;
  readonly database: OpenDatabase;
  holders: number;
}

/** What cannot change while a file is open; DuckDB cannot forget a function. */
type FileOptions = Pick<DatabaseConfig, 'readonly' | 'root' | 'memoryLimit' | 'threads' | 'tempDirectory'> & {
  readonly functions: readonly SqlFunction[];
};

/**
 * Keeps exactly one instance per database file in this process, because DuckDB does not notice a second
 * one (architecture.md §9). The last holder to leave closes it.
 */
export class DatabaseRegistry {
  readonly #files = new Map<string, HeldFile>();
  /** Opening and closing go one after the other, so that nobody gets a file that is about to close. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly open: OpenFile) {}

  /**
   * Opens the file, or shares the open one; loads extensions and sets secrets as configured. Closing the engine
   * gives it back. Each engine's statements call the functions of its own holder.
   * @throws DatabaseUnavailableError, DatabaseHeldError when it is open with other options or functions
   */
  acquire(config: DatabaseConfig, functions: SqlFunctions): Promise<SqlEngine> {
    return this.inTurn(async () => {
      const file = await this.openOrShared(config, functions);
      file.holders += 1;
      const release = (): Promise<void> => this.inTurn(() => this.leave(config.path, file));
      return file.database.engine(config, release, functions);
    });
  }

  private async openOrShared(config: DatabaseConfig, { functions }: SqlFunctions): Promise<HeldFile> {
    const options = fileOptions(config, functions);
    const known = this.#files.get(config.path);
    if (known === undefined) {
      const file = { options, database: await this.open(config, functions), holders: 0 };
      this.#files.set(config.path, file);
      return file;
    }
    if (!isDeepStrictEqual(known.options, options)) {
      const what = isDeepStrictEqual(known.options.functions, functions) ? 'options' : 'plugin functions';
      throw new DatabaseHeldError(`The database file is open with other ${what}`);
    }
    await known.database.configure(config);
    return known;
  }

  private async leave(path: string, file: HeldFile): Promise<void> {
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

function fileOptions(config: DatabaseConfig, functions: readonly SqlFunction[]): FileOptions {
  const { readonly, root, memoryLimit, threads, tempDirectory } = config;
  return { readonly, root, memoryLimit, threads, tempDirectory, functions };
}
