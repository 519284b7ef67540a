import { closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runningUser } from '../../../common/domain/running-user.js';
import { OAuthStartError } from '../../../common/errors/auth-errors.js';
import { makeFolder } from '../../../common/files/make-folder.js';

/** Another process may be opening the file, which takes as long as its records need to be encrypted anew. */
const OPENING_MS = 8_000;
const RETRY_MS = 50;
/** Statements are short, and the server waits with them. */
const SERVING_MS = 1_000;

/**
 * Opens a file of sessions, making it, and its folder, for the owner's eyes only.
 * @throws OAuthStartError when it is no database or cannot be made
 */
export function openSqliteFile(path: string): DatabaseSync {
  makeFile(path);
  return withPath(path, () => {
    const database = new DatabaseSync(path, { timeout: OPENING_MS });
    try {
      writeAhead(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Readers and the writer do not wait for each other; a power cut may undo the last moments, a crash nothing. */
function writeAhead(database: DatabaseSync): void {
  // the one statement for which SQLite does not wait by itself when another process opens the file too
  for (let left = OPENING_MS / RETRY_MS; ; left -= 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      return;
    } catch (error) {
      if (left <= 0 || !/database is locked/.test(String(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/**
 * Runs work while no other process can write, all of it or nothing.
 * @throws OAuthStartError when the database fails, or what the work throws
 */
export function setUp<T>(database: DatabaseSync, path: string, work: () => T): T {
  return withPath(path, () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec(`COMMIT; PRAGMA busy_timeout = ${SERVING_MS}`);
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

/** True for a file that other users of the machine may read. Windows has no such permissions. */
export function isReadableByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
}

function makeFile(path: string): void {
  try {
    makeFolder(dirname(path), 0o700);
    // SQLite gives its own files beside this one the same permissions
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new OAuthStartError(
      `${path}, the token store, cannot be written (${reasonOf(cause)}). ` +
        `Let ${runningUser()} write there, or name another file with auth.persistence.path.`,
      { cause },
    );
  }
}

function withPath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof OAuthStartError) throw cause;
    throw new OAuthStartError(
      `${path}, the token store, cannot be used (${reasonOf(cause)}). Restore it from a backup, or move it away: ` +
        'users then sign in once more.',
      { cause },
    );
  }
}

/** SQLite's own words, or the system's code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('errstr' in error && typeof error.errstr === 'string') return error.errstr;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
