import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { isJsonArray, type JsonObject } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { clientDescription, oidcMetadata, type ClientDescription } from '../clients/client-metadata.js';
import { OAuthRequestError } from '../clients/oauth-request-error.js';
import { isFernetToken, openFernetToken } from './fernet.js';

type Row = Record<string, SQLOutputValue>;

/** How the Python server named clients that registered; in the same table are those of its configuration. */
const registeredId = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

export interface PythonClient {
  readonly id: string;
  /** As oidc-provider keeps clients that registered. */
  readonly metadata: JsonObject;
}

export interface PythonClients {
  readonly clients: readonly PythonClient[];
  /** How many rows could not be read. */
  readonly unreadable: number;
}

/**
 * The OAuth clients that registered at the Python server, which kept them in this file (auth.md §7) and whose tables
 * stay as they are. Those of the configuration come from there. Null when it is no file of the Python server.
 * @param keys with which secrets may be encrypted
 */
export function pythonClients(database: DatabaseSync, keys: readonly Buffer[]): PythonClients | null {
  const table = database.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'oauth_clients'",
  );
  if (table.get() === undefined) return null;
  const rows = database.prepare('SELECT * FROM oauth_clients').all();
  const registered = rows.flatMap((row) => {
    const id = textOf(row, 'client_id');
    return id !== null && registeredId.test(id) ? [clientOf(id, row, keys)] : [];
  });
  const clients = registered.filter((client) => client !== null);
  return { clients, unreadable: registered.length - clients.length };
}

/** Null for what cannot be read, or could not sign in: such a client registers anew as soon as it is unknown. */
function clientOf(id: string, row: Row, keys: readonly Buffer[]): PythonClient | null {
  const redirectUris = listOf(row, 'redirect_uris');
  const written = textOf(row, 'client_secret');
  const secret = written === null ? null : plainSecret(written, keys);
  if (redirectUris === null || (written !== null && secret === null)) return null;
  const description = described({
    redirect_uris: redirectUris,
    client_name: textOf(row, 'client_name'),
    grant_types: listOf(row, 'grant_types'),
    response_types: listOf(row, 'response_types'),
    token_endpoint_auth_method: textOf(row, 'token_endpoint_auth_method'),
  });
  if (description === null) return null;
  const method = description.authMethod ?? (secret === null ? 'none' : 'client_secret_post');
  if (method !== 'none' && secret === null) return null;
  const metadata = {
    ...oidcMetadata(description),
    client_id: id,
    token_endpoint_auth_method: method,
    ...(method === 'none' ? {} : { client_secret: secret }),
  };
  return { id, metadata };
}

/** By the rules of a registration, which the Python server did not have. */
function described(metadata: JsonObject): ClientDescription | null {
  try {
    return clientDescription(metadata);
  } catch (error) {
    if (error instanceof OAuthRequestError) return null;
    throw error;
  }
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
