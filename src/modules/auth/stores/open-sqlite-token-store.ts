import type { DatabaseSync } from 'node:sqlite';
import type { TokenStoreConfig } from '../../../common/domain/app-config.js';
import { keyBytes } from '../../../common/domain/key-text.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { createKeyFile, readKeyFile } from './key-file.js';
import { KeyRing, type Keys } from './key-ring.js';
import type { OpenedTokenStore } from './opened-token-store.js';
import { pythonClients } from './python-clients.js';
import { RecordCipher } from './record-cipher.js';
import { isReadableByOthers, openSqliteFile, setUp } from './sqlite-file.js';
import { SqliteRecords } from './sqlite-records.js';
import { migrate } from './sqlite-schema.js';
import { SqliteTokenStore } from './sqlite-token-store.js';

export type SqliteStoreConfig = Extract<TokenStoreConfig, { readonly kind: 'sqlite' }>;

/** How long a client lives that was taken over from the Python server. */
const IMPORTED_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * Opens the file of sessions and brings it up to date: tables, clients of the Python server, the current key.
 * Processes that open one file at once wait for each other, so one makes the key and all have it.
 * @throws OAuthStartError when the file or its key cannot be used
 */
export function openSqliteTokenStore(config: SqliteStoreConfig, clock: Clock, log: Log): OpenedTokenStore {
  const keyFile = `${config.path}.key`;
  const database = openSqliteFile(config.path);
  try {
    const { ring, records, notTakenOver, unreadable } = setUp(database, config.path, () => {
      const keys = keysOf(config, keyFile);
      const ring = new KeyRing(keys);
      const isNew = migrate(database, config.path);
      const records = new SqliteRecords(database, new RecordCipher(ring), clock);
      const notTakenOver = isNew ? importClients(database, records, keys, clock) : 0;
      records.deleteExpired();
      return { ring, records, notTakenOver, unreadable: records.reseal() };
    });
    return {
      store: new SqliteTokenStore(database, records, log),
      subkeys: (purpose) => ring.subkeys(purpose),
      warnings: [
        ...warningsOf(config, keyFile),
        ...clientsLost(config.path, notTakenOver),
        ...recordsLost(config.path, unreadable),
      ],
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The configured keys, and the one in the file, with which the store may have begun. */
function keysOf(config: SqliteStoreConfig, keyFile: string): Keys {
  const [first, ...others] = (config.keys?.reveal() ?? []).map(keyBytes);
  const kept = readKeyFile(keyFile);
  if (first === undefined) return [kept ?? createKeyFile(keyFile)];
  return [first, ...others, ...(kept === null ? [] : [kept])];
}

/** How many clients could not be taken over. */
function importClients(database: DatabaseSync, records: SqliteRecords, keys: Keys, clock: Clock): number {
  const found = pythonClients(database, keys);
  const expiresAt = new Date(clock.now().getTime() + IMPORTED_MS);
  for (const client of found?.clients ?? []) {
    records.put('Client', client.id, client.metadata, expiresAt);
  }
  return found?.unreadable ?? 0;
}

function warningsOf(config: SqliteStoreConfig, keyFile: string): readonly string[] {
  return [
    ...(config.keys === null
      ? [
          'auth.persistence.auth_encryption_key is not set: sessions are encrypted with the key in ' +
            `${keyFile}. Keep that file from others, and in the same backups as ${config.path}.`,
        ]
      : []),
    ...[config.path, ...(config.keys === null ? [keyFile] : [])]
      .filter(isReadableByOthers)
      .map((file) => `${file} can be read by other users of this machine: chmod 600 ${file}`),
  ];
}

function clientsLost(path: string, count: number): readonly string[] {
  if (count === 0) return [];
  const clients = `${count} OAuth client${count === 1 ? '' : 's'}`;
  return [`${clients} in ${path} could not be taken over; they register once more`];
}

/** Of a key that was changed without the former one, or of another server with a key of its own. */
function recordsLost(path: string, count: number): readonly string[] {
  if (count === 0) return [];
  return [
    `${count} record${count === 1 ? '' : 's'} in ${path} cannot be read with this key: those users and clients ` +
      'sign in once more. To keep them, list the former key after the new one, and stop other servers that use ' +
      'the file.',
  ];
}
