import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAuthorization, anIssuer, waiting } from '../../../builders/an-issuer.js';
import { aKey, aStoreFolder, type StoreFolder } from '../../../builders/a-token-store.js';

/** The key with which Python's `cryptography` made the two tokens below. */
const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const ENCRYPTED =
  'gAAAAABlU_EAcsIaQFk5smfEVxelO3Edeu_ePfYE6nfKtXynBUwxnykazv4beWR4eZGrYBuGw3fgwNvJnFYYkiL4whH_Lw0jwa_tITBpBGph_Q12awVv_yk=';
const DAY_MS = 86_400_000;

/** Of clients that registered themselves, to whom the Python server gave random UUIDs. */
const a = '0b5d1f0c-5b3e-4f7e-9c39-6f2a5d8f1e01';
const b = '1c6e2f1d-6c4f-4a8f-8d4a-7a3b6e9a2f02';
const c = '2d7f3a2e-7d5a-4b9a-ae5b-8b4c7fab3a03';
const d = '3e8a4b3f-8e6b-4cab-bf6c-9c5d8abc4b04';
const e = '4f9b5c4a-9f7c-4dbc-8a7d-ad6e9bcd5c05';

interface ClientRow {
  readonly id: string;
  readonly secret?: string | null;
  readonly method?: string | null;
  readonly redirectUris?: string;
}

/** A file as the Python server leaves it behind (auth.md §7). */
function pythonFile(path: string, clients: readonly ClientRow[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE oauth_clients (client_id TEXT PRIMARY KEY, client_secret TEXT, token_endpoint_auth_method TEXT,
      redirect_uris TEXT, grant_types TEXT, response_types TEXT, scope TEXT, client_name TEXT, created_at REAL);
    CREATE TABLE sessions (access_token_hash TEXT PRIMARY KEY, session_id TEXT UNIQUE, user_info TEXT);
    INSERT INTO sessions VALUES ('abc', 'session-1', '{"email":"ada@example.com"}');`);
  const insert = database.prepare('INSERT INTO oauth_clients VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1700000000.5)');
  for (const {
    id,
    secret = null,
    method = null,
    redirectUris = '["http://127.0.0.1:7171/done"]',
  } of clients) {
    insert.run(id, secret, method, redirectUris, '["authorization_code"]', '["code"]', 'a b', `Client ${id}`);
  }
  database.close();
  chmodSync(path, 0o600);
}

describe('A file of the Python server', () => {
  let folder: StoreFolder;

  beforeEach(() => {
    folder = aStoreFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it('gives its clients, secrets included, for 90 days', async () => {
    pythonFile(folder.path, [
      { id: a, method: 'none' },
      { id: b, secret: ENCRYPTED, method: 'client_secret_post' },
      { id: c, secret: 'in-clear-5521' },
    ]);

    const { store } = await folder.open([aKey(), KEY]);

    const common = {
      redirect_uris: ['http://127.0.0.1:7171/done'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      application_type: 'native',
    };
    expect(await store.find('Client', a)).toEqual({
      ...common,
      client_id: a,
      client_name: `Client ${a}`,
      token_endpoint_auth_method: 'none',
    });
    expect(await store.find('Client', b)).toEqual({
      ...common,
      client_id: b,
      client_name: `Client ${b}`,
      client_secret: 'client-secret-é-8842',
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect(await store.find('Client', c)).toMatchObject({
      client_secret: 'in-clear-5521',
      token_endpoint_auth_method: 'client_secret_post',
    });
    folder.clock.advance(90 * DAY_MS - 1);
    expect(await store.find('Client', a)).not.toBeNull();
    folder.clock.advance(1);
    expect(await store.find('Client', a)).toBeNull();
    await store.close();
  });

  it('counts in a warning the clients that cannot be read', async () => {
    pythonFile(folder.path, [
      { id: a, secret: ENCRYPTED },
      { id: b, redirectUris: 'not json' },
      { id: c, redirectUris: '[1]' },
      { id: d, redirectUris: '["javascript:alert(1)"]' },
      { id: e },
      { id: 'aa9b5c4a-9f7c-4dbc-8a7d-ad6e9bcd5c06', redirectUris: '[]' },
      { id: 'ba9b5c4a-9f7c-4dbc-8a7d-ad6e9bcd5c07', secret: 'x', method: 'private_key_jwt' },
      { id: 'ca9b5c4a-9f7c-4dbc-8a7d-ad6e9bcd5c08', method: 'client_secret_post' },
    ]);

    const { store, warnings } = await folder.open([aKey()]);

    expect(warnings).toEqual([
      `7 OAuth clients in ${folder.path} could not be taken over; they register once more`,
    ]);
    expect(await store.find('Client', a)).toBeNull();
    expect(await store.find('Client', e)).not.toBeNull();
    await store.close();
  });

  it('does not bring back clients that the operator took out of the configuration', async () => {
    pythonFile(folder.path, [{ id: 'desk', secret: 'in-clear-5521' }, { id: a }]);

    const { store, warnings } = await folder.open([aKey()]);

    expect([await store.find('Client', 'desk'), warnings]).toEqual([null, []]);
    await store.close();
  });

  it('gives clients that can sign in as before: editors too, and programs whose port differs', async () => {
    const redirectUris = ['cursor://anysphere.cursor-mcp/oauth/callback', 'http://127.0.0.1:7171/done'];
    pythonFile(folder.path, [{ id: a, method: 'none', redirectUris: JSON.stringify(redirectUris) }]);
    const { store } = await folder.open([aKey()]);
    const server = anIssuer();
    await server.store.put('Client', a, (await store.find('Client', a)) ?? {}, null);
    await store.close();

    for (const redirectUri of [redirectUris[0] ?? '', 'http://127.0.0.1:9999/done']) {
      const reply = await server.authorize({ ...anAuthorization(a), redirect_uri: redirectUri });
      expect(waiting(reply).uid).not.toBe('');
    }
  });

  it('is read once, and left as it is', async () => {
    pythonFile(folder.path, [{ id: a }, { id: b }]);
    const keys = [aKey()];
    const first = await folder.open(keys);
    await first.store.delete('Client', a);
    await first.store.close();

    const { store, warnings } = await folder.open(keys);

    expect(warnings).toEqual([]);
    expect(await store.find('Client', a)).toBeNull();
    expect(await store.find('Client', b)).not.toBeNull();
    await store.close();
    const database = new DatabaseSync(folder.path);
    expect(database.prepare('SELECT client_id FROM oauth_clients ORDER BY 1').all()).toEqual([
      { client_id: a },
      { client_id: b },
    ]);
    expect(database.prepare('SELECT session_id FROM sessions').all()).toEqual([{ session_id: 'session-1' }]);
    database.close();
  });

  it('begins again with nothing written when its clients cannot be taken over as a whole', async () => {
    pythonFile(folder.path, [{ id: a }]);
    const database = new DatabaseSync(folder.path);
    database.exec('CREATE TABLE token_records (kind TEXT)');

    await expect(folder.open([aKey()])).rejects.toThrow('cannot be used');
    database.exec('DROP TABLE token_records');
    database.close();
    const { store } = await folder.open([aKey()]);

    expect(await store.find('Client', a)).not.toBeNull();
    await store.close();
  });
});
