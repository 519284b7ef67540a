import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keyBytes } from '../../../../src/common/domain/key-text.js';
import { openSqliteFile } from '../../../../src/modules/auth/stores/sqlite-file.js';
import { KeyRing } from '../../../../src/modules/auth/stores/key-ring.js';
import { aKey, aStoreFolder, type StoreFolder } from '../../../builders/a-token-store.js';

const run = promisify(execFile);
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('SqliteTokenStore', () => {
  let folder: StoreFolder;
  const later = (): Date => new Date(folder.clock.now().getTime() + 60_000);
  /** Rows of any state, by another connection. */
  const rows = (): number => {
    const database = new DatabaseSync(folder.path);
    const { n } = database.prepare('SELECT count(*) AS n FROM token_records').get() ?? {};
    database.close();
    return Number(n);
  };

  beforeEach(() => {
    folder = aStoreFolder();
  });
  afterEach(() => {
    vi.useRealTimers();
    folder.remove();
  });

  it('goes on where the former process stopped', async () => {
    const keys = [aKey()];
    const former = await folder.open(keys);
    await former.store.put('Session', 'id', { uid: 'u' }, later());
    await former.store.close();

    const { store } = await folder.open(keys);

    expect(await store.findByUid('Session', 'u')).toEqual({ uid: 'u' });
    await store.close();
  });

  it('makes folder, files and key for its owner only', async () => {
    const { store } = await folder.open();
    await store.put('Session', 'id', {}, later());

    expect(mode(dirname(folder.path))).toBe('700');
    const files = readdirSync(dirname(folder.path));
    expect(files.sort()).toEqual(['oauth.db', 'oauth.db-shm', 'oauth.db-wal', 'oauth.db.key']);
    for (const file of files) expect(mode(join(dirname(folder.path), file))).toBe('600');
    await store.close();
  });

  it('shows nobody tokens, persons or secrets that it keeps', async () => {
    const { store } = await folder.open([aKey()]);
    const payload = {
      uid: 'uid-71c0',
      grantId: 'grant-88d1',
      email: 'ada@example.com',
      secret: 'upstream-token-4411',
    };
    await store.put('RefreshToken', 'mcp-token-5521', payload, later());
    await store.consume('RefreshToken', 'mcp-token-5521');

    const bytes = readdirSync(dirname(folder.path))
      .map((file) => readFileSync(join(dirname(folder.path), file), 'latin1'))
      .join('\n');

    expect(bytes).toContain('RefreshToken');
    for (const text of ['mcp-token-5521', ...Object.values(payload)]) expect(bytes).not.toContain(text);
    await store.close();
  });

  it('makes one key, keeps to it and tells the operator', async () => {
    const first = await folder.open();
    await first.store.put('Session', 'id', { n: 1 }, later());
    await first.store.close();
    const key = readFileSync(`${folder.path}.key`, 'utf8').trim();

    const second = await folder.open();

    expect(readFileSync(`${folder.path}.key`, 'utf8').trim()).toBe(key);
    expect(await second.store.find('Session', 'id')).toEqual({ n: 1 });
    expect(second.subkeys('cookies')).toEqual(new KeyRing([keyBytes(key)]).subkeys('cookies'));
    expect(second.warnings).toEqual([
      'auth.persistence.auth_encryption_key is not set: sessions are encrypted with the key in ' +
        `${folder.path}.key. Keep that file from others, and in the same backups as ${folder.path}.`,
    ]);
    await second.store.close();
  });

  it('makes no key, and says nothing, when one is configured', async () => {
    const { store, warnings } = await folder.open([aKey()]);

    expect(existsSync(`${folder.path}.key`)).toBe(false);
    expect(warnings).toEqual([]);
    await store.close();
  });

  it('is refused in a folder that cannot be made', () => {
    expect(() => openSqliteFile('/proc/mxcp/sessions.db')).toThrow(
      '/proc/mxcp/sessions.db, the token store, cannot be written (',
    );
  });

  it('says which files others can read', async () => {
    mkdirSync(dirname(folder.path));
    writeFileSync(folder.path, '');
    chmodSync(folder.path, 0o644);

    const { store, warnings } = await folder.open([aKey()]);

    expect(warnings).toEqual([
      `${folder.path} can be read by other users of this machine: chmod 600 ${folder.path}`,
    ]);
    await store.close();
  });

  it('encrypts anew what was kept before a key was configured (case 13)', async () => {
    const before = await folder.open();
    for (let n = 0; n < 1_200; n += 1) await before.store.put('Session', `id-${n}`, { n }, later());
    await before.store.close();
    const keys = [aKey()];

    await (await folder.open(keys)).store.close();
    rmSync(`${folder.path}.key`);
    const { store } = await folder.open(keys);

    for (const n of [0, 499, 500, 501, 1_199]) expect(await store.find('Session', `id-${n}`)).toEqual({ n });
    await store.close();
  });

  it('goes over to a new key while it still has the old one', async () => {
    const [oldKey, newKey] = [aKey(), aKey()];
    const before = await folder.open([oldKey]);
    await before.store.put('Session', 'id', { n: 1 }, null);
    await before.store.close();

    const both = await folder.open([newKey, oldKey]);
    expect(await both.store.find('Session', 'id')).toEqual({ n: 1 });
    await both.store.close();
    const { store } = await folder.open([newKey]);

    expect(await store.find('Session', 'id')).toEqual({ n: 1 });
    await store.close();
  });

  it('takes what another key encrypted as absent, and deletes it when it meets it (case 13)', async () => {
    const before = await folder.open([aKey()]);
    for (const id of ['found', 'new', 'consumed', 'left']) {
      await before.store.put('Code', id, { uid: id }, later());
    }
    await before.store.close();

    const { store } = await folder.open([aKey()]);

    expect(rows()).toBe(4);
    expect(await store.find('Code', 'found')).toBeNull();
    expect(await store.findByUid('Code', 'found')).toBeNull();
    expect(await store.consume('Code', 'consumed')).toBe(false);
    expect(rows()).toBe(2);
    expect(await store.putNew('Code', 'new', { n: 1 }, later())).toBe(true);
    expect(await store.find('Code', 'new')).toEqual({ n: 1 });
    await store.put('Code', 'left', { n: 2 }, later());
    expect(await store.find('Code', 'left')).toEqual({ n: 2 });
    await store.close();
  });

  it('says at opening how much another key encrypted', async () => {
    const former = await folder.open([aKey()]);
    await former.store.put('Session', 'one', {}, later());
    await former.store.put('Session', 'two', {}, later());
    await former.store.close();
    const key = aKey();

    const { store, warnings } = await folder.open([key]);
    await store.find('Session', 'one');
    await store.close();
    const again = await folder.open([key]);
    await again.store.find('Session', 'two');
    await again.store.close();
    const last = await folder.open([key]);
    await last.store.close();

    const sentence = (count: string): string =>
      `${count} in ${folder.path} cannot be read with this key: those users and clients sign in once more. ` +
      'To keep them, list the former key after the new one, and stop other servers that use the file.';
    expect(warnings).toEqual([sentence('2 records')]);
    expect(again.warnings).toEqual([sentence('1 record')]);
    expect(last.warnings).toEqual([]);
  });

  it('deletes what has expired at opening and every five minutes', async () => {
    const keys = [aKey()];
    const former = await folder.open(keys);
    await former.store.put('Code', 'one', {}, later());
    await former.store.put('Key', 'for ever', {}, null);
    await former.store.close();
    folder.clock.advance(60_000);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });

    const { store } = await folder.open(keys);
    expect(rows()).toBe(1);
    await store.put('Code', 'two', {}, later());
    folder.clock.advance(60_000);
    vi.advanceTimersByTime(299_000);
    expect(rows()).toBe(2);
    vi.advanceTimersByTime(1_000);

    expect(rows()).toBe(1);
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says so when it cannot delete, and goes on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { store } = await folder.open([aKey()]);
    const other = new DatabaseSync(folder.path);
    other.exec('ALTER TABLE token_records RENAME TO elsewhere');

    vi.advanceTimersByTime(300_000);
    expect(folder.log.lines).toMatchObject([
      { level: 'warning', logger: 'auth', message: 'Expired sessions could not be deleted' },
    ]);
    await expect(store.find('Code', 'one')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    other.exec('ALTER TABLE elsewhere RENAME TO token_records');
    other.close();

    expect(await store.find('Code', 'one')).toBeNull();
    await store.close();
  });

  it('fails as unavailable after it was closed, and may be closed twice', async () => {
    const { store } = await folder.open([aKey()]);
    await store.close();
    await store.close();

    await expect(store.put('Code', 'one', {}, null)).rejects.toMatchObject({
      name: 'TokenStoreUnavailableError',
    });
    await expect(store.deleteGrant('one')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    ['no database', () => 'no database at all '.repeat(300)],
    ['a cut one', (path: string) => readFileSync(path).subarray(0, 5_000)],
  ])('refuses a file that is %s, and names it', async (_what, content) => {
    const { store } = await folder.open([aKey()]);
    await store.close();
    writeFileSync(folder.path, content(folder.path));

    await expect(folder.open([aKey()])).rejects.toThrow(
      /^OAuth server initialization failed: .*oauth\.db, the token store, cannot be used \(.*\)\. Restore it/,
    );
  });

  it('refuses a file of a newer version', async () => {
    const { store } = await folder.open([aKey()]);
    await store.close();
    const database = new DatabaseSync(folder.path);
    database.exec('PRAGMA user_version = 99');
    database.close();

    await expect(folder.open([aKey()])).rejects.toThrow(
      `${folder.path} was written by a newer version of mxcp`,
    );
  });

  it('refuses a key file that holds no key, and does not replace it', async () => {
    mkdirSync(dirname(folder.path));
    writeFileSync(`${folder.path}.key`, 'too short');

    await expect(folder.open()).rejects.toThrow(`${folder.path}.key holds no key of 32 bytes`);
    expect(readFileSync(`${folder.path}.key`, 'utf8')).toBe('too short');
  });

  it('refuses a key file that cannot be read', async () => {
    mkdirSync(`${folder.path}.key`, { recursive: true });

    await expect(folder.open([aKey()])).rejects.toThrow(
      `${folder.path}.key, the key of the token store, cannot be read: illegal operation on a directory. Let `,
    );
  });

  it('refuses a folder in which nothing can be made', async () => {
    writeFileSync(dirname(folder.path), '');

    await expect(folder.open()).rejects.toThrow(
      /oauth\.db, the token store, cannot be written \(ENOTDIR|EEXIST\)/,
    );
  });

  it('waits its turn: processes that start at once make one key, and one of them consumes', async () => {
    const script = new URL('store-process.mjs', import.meta.url).pathname;
    const hooks = new URL('../../../native-typescript.mjs', import.meta.url).href;
    const start = async (): Promise<{ subkey: string; isNew: boolean; consumed: boolean }> => {
      const { stdout } = await run(process.execPath, ['--import', hooks, script, folder.path]);
      return JSON.parse(stdout) as { subkey: string; isNew: boolean; consumed: boolean };
    };

    const told = await Promise.all([start(), start(), start(), start()]);

    expect(new Set(told.map(({ subkey }) => subkey)).size).toBe(1);
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(told.filter(({ consumed }) => consumed)).toHaveLength(1);
  });
});
