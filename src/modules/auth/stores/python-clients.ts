import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { isJsonArray, type JsonObject } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { isFernetToken, openFernetToken } from './fernet.js';

type Row = Record<string, SQLOutputValue>;

export interface PythonClient {
  readonly id: string;
  /** As clients register (RFC 7591). */
  readonly metadata: JsonObject;
}

export interface PythonClients {
  readonly clients: readonly PythonClient[];
  /** How many rows could not be read. */
  readonly unreadable: number;
}

/**
 * The OAuth clients that the Python server kept in this file (auth.md §7), whose tables stay as they are. Null when
 * it is no file of the Python server.
 * @param keys with which secrets may be encrypted
 */
export function pythonClients(database: DatabaseSync, keys: readonly Buffer[]): PythonClients | null {
  const table = database.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'oauth_clients'",
  );
  if (table.get() === undefined) return null;
  const rows = database.prepare('SELECT * FROM oauth_clients').all();
  const clients = rows.flatMap((row) => {
    const client = clientOf(row, keys);
    return client === null ? [] : [client];
  });
  return { clients, unreadable: rows.length - clients.length };
}

function clientOf(row: Row, keys: readonly Buffer[]): PythonClient | null {
  const id = textOf(row, 'client_id');
  const redirectUris = listOf(row, 'redirect_uris');
  const written = textOf(row, 'client_secret');
  const secret = written === null ? null : plainSecret(written, keys);
  if (id === null || redirectUris === null || redirectUris.length === 0) return null;
  if (written !== null && secret === null) return null;
  const name = textOf(row, 'client_name');
  const scope = textOf(row, 'scope');
  const metadata = {
    client_id: id,
    ...(secret === null ? {} : { client_secret: secret }),
    redirect_uris: redirectUris,
    grant_types: listOf(row, 'grant_types') ?? ['authorization_code', 'refresh_token'],
    response_types: listOf(row, 'response_types') ?? ['code'],
    token_endpoint_auth_method:
      textOf(row, 'token_endpoint_auth_method') ?? (secret === null ? 'none' : 'client_secret_post'),
    ...(name === null ? {} : { client_name: name }),
    ...(scope === null ? {} : { scope }),
  };
  return { id, metadata };
}

/** Without a key the Python server kept secrets in clear. */
function plainSecret(written: string, keys: readonly Buffer[]): string | null {
  if (!isFernetToken(written)) return written;
  for (const key of keys) {
    const secret = openFernetToken(written, key);
    if (secret !== null) return secret;
  }
  return null;
}

function textOf(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A column that holds a JSON list of strings. */
function listOf(row: Row, column: string): readonly string[] | null {
  try {
    const list = parseJsonText(textOf(row, column) ?? 'null');
    return isJsonArray(list) && list.every((item) => typeof item === 'string') ? list : null;
  } catch {
    // counted with the rows that cannot be read, or the default in its place
    return null;
  }
}
