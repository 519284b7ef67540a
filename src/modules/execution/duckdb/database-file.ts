import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import duckdb from '@duckdb/node-bindings';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { runningUser } from '../../../common/domain/running-user.js';
import { DatabaseUnavailableError } from '../../../common/errors/server-errors.js';
import { makeFolder } from '../../../common/files/make-folder.js';

/** What every failure to open a project's database begins with (cli.md §1.6). */
const PREFIX = 'Failed to create RuntimeEnvironment: ';

/**
 * Opens the file with the options of the configuration; creates it and its folder when missing, also for
 * read-only use. Closing the returned handle is the caller's.
 * @throws DatabaseUnavailableError saying whether it is locked (and by whom), corrupt or not writable
 */
export async function openDatabaseFile(config: DatabaseConfig): Promise<duckdb.Database> {
  if (basename(config.path) === ':memory:') {
    throw unavailable(
      'In-memory databases (:memory:) are not supported. Please use a file-based database.',
      null,
    );
  }
  if (!config.readonly) return createAndOpen(config);
  if (!existsSync(config.path)) await create(config);
  return open(config);
}

/** The same failure whatever step of opening it belongs to. */
export function unavailable(reason: string, cause: unknown): DatabaseUnavailableError {
  return new DatabaseUnavailableError(PREFIX + reason, { cause });
}

/** The words of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const anotherFile = 'name another file with MXCP_DUCKDB_PATH or duckdb.path';

/** Makes an empty database, which read-only use needs too. */
async function create(config: DatabaseConfig): Promise<void> {
  try {
    duckdb.close_sync(await createAndOpen({ ...config, readonly: false }));
  } catch (error) {
    if (!isRefusal(reasonOf(error))) throw error;
    throw unavailable(
      `There is no database ${config.path} yet, and ${runningUser()} may not make it.\n` +
        `Let it write in that folder, or put a database there, or ${anotherFile}.`,
      error,
    );
  }
}

async function createAndOpen(config: DatabaseConfig): Promise<duckdb.Database> {
  try {
    makeFolder(dirname(config.path));
  } catch (error) {
    const hint = `Let ${runningUser()} write there, or ${anotherFile}.`;
    throw unavailable(
      `The folder of the database file cannot be created: ${reasonOf(error)}\n${hint}`,
      error,
    );
  }
  return open(config);
}

async function open(config: DatabaseConfig): Promise<duckdb.Database> {
  const options = nativeOptions(config);
  try {
    return await duckdb.open(config.path, options);
  } catch (error) {
    throw unavailable(withHint(reasonOf(error), config), error);
  }
}

function nativeOptions(config: DatabaseConfig): duckdb.Config {
  const options = duckdb.create_config();
  const set = (name: string, value: string | number | null, setting: string): void => {
    if (value === null) return;
    try {
      duckdb.set_config(options, name, String(value));
    } catch (error) {
      throw unavailable(`DuckDB does not accept the value of ${setting}`, error);
    }
  };
  // an extension that nobody asked for must not be fetched in the middle of a call
  set('autoinstall_known_extensions', 'false', name('autoinstall'));
  set('autoload_known_extensions', 'false', name('autoload'));
  set('access_mode', config.readonly ? 'READ_ONLY' : 'READ_WRITE', name('readonly'));
  set('file_search_path', config.root, 'the project folder');
  set('memory_limit', config.memoryLimit, name('memory_limit'));
  set('threads', config.threads, name('threads'));
  set('temp_directory', config.tempDirectory, name('temp_directory'));
  return options;
}

function name(key: string): string {
  return `duckdb.${key}`;
}

function withHint(reason: string, { path, readonly }: DatabaseConfig): string {
  const [firstLine = reason] = reason.split('\n');
  if (firstLine.includes('Could not set lock')) return `${reason}\n${lockHint(firstLine, readonly)}`;
  if (firstLine.includes('not a valid DuckDB database file')) {
    return `${reason}\nThe file is damaged or no database; restore it from a backup or name another one.`;
  }
  if (isRefusal(firstLine)) return `${reason}\n${refusalHint(path, readonly)}`;
  return reason;
}

function isRefusal(reason: string): boolean {
  return /permission denied|read-only file system/i.test(reason);
}

function refusalHint(path: string, isReadonly: boolean): string {
  if (isReadonly) return `Let ${runningUser()} read it, or ${anotherFile}.`;
  const [subject, way] = existsSync(path)
    ? ['The file or its folder', 'use --readonly']
    : ['Its folder', anotherFile];
  return `${subject} is not writable for ${runningUser()}; change that, or ${way}.`;
}

function lockHint(reason: string, isReadonly: boolean): string {
  const pid = /\(PID (\d+)\)/.exec(reason)?.[1];
  const holder = pid === undefined ? 'Another process' : `The process with PID ${pid}`;
  const way = isReadonly
    ? 'it must be started with --readonly too, or be stopped'
    : 'stop it, or start both with --readonly';
  return `${holder} has the database open; ${way}.`;
}
