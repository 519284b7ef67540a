import type { DatabaseSync } from 'node:sqlite';
import { OAuthStartError } from '../../../common/errors/auth-errors.js';

/**
 * One step a version, applied in order and never changed once released. Times of expiry are milliseconds, those of
 * consumption seconds since 1970. Beside these tables the file may hold those of the Python server.
 */
const migrations: readonly string[] = [
  `CREATE TABLE token_records (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     uid TEXT,
     grant_id TEXT,
     payload BLOB NOT NULL,
     expires_at INTEGER,
     consumed_at INTEGER,
     UNIQUE (kind, id)
   ) STRICT;
   CREATE INDEX token_records_uid ON token_records (kind, uid) WHERE uid IS NOT NULL;
   CREATE INDEX token_records_grant ON token_records (grant_id) WHERE grant_id IS NOT NULL;
   CREATE INDEX token_records_expiry ON token_records (expires_at) WHERE expires_at IS NOT NULL;`,
];

/**
 * Brings the file up to this version. True when it had no tables of ours before.
 * @throws OAuthStartError when a newer version wrote it
 */
export function migrate(database: DatabaseSync, path: string): boolean {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > migrations.length) {
    throw new OAuthStartError(`${path} was written by a newer version of mxcp`);
  }
  for (const step of migrations.slice(version)) database.exec(step);
  if (version < migrations.length) database.exec(`PRAGMA user_version = ${migrations.length}`);
  return version === 0;
}
