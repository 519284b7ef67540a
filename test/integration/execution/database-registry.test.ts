import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/common/domain/secret.js';
import { SqlProject } from '../../builders/a-sql-project.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mxcp-registry-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('opening a database file', () => {
  it('creates file and folder', async () => {
    const project = await SqlProject.open({ folder });
    await project.close(true);

    expect(existsSync(join(folder, 'data', 'db.duckdb'))).toBe(true);
  });

  it('read-only creates a missing file first, and then refuses to write', async () => {
    const project = await SqlProject.open({ folder, database: { readonly: true } });

    await expect(project.run('CREATE TABLE t (i INTEGER)')).rejects.toThrow('read-only mode');
    await project.close(true);
  });

  it('refuses memory', async () => {
    await expect(
      SqlProject.open({ folder, database: { path: join(folder, ':memory:') } }),
    ).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message:
        'Failed to create RuntimeEnvironment: In-memory databases (:memory:) are not supported. Please use a file-based database.',
    });
  });

  it('says that a file is no database', async () => {
    const path = join(folder, 'bad.duckdb');
    await writeFile(path, 'not a database '.repeat(1000));

    await expect(SqlProject.open({ folder, database: { path } })).rejects.toThrow(
      /^Failed to create RuntimeEnvironment: IO Error: .*not a valid DuckDB database file!\nThe file is damaged/,
    );
  });

  it('says that the folder cannot be created', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'db.duckdb');

    await expect(SqlProject.open({ folder, database: { path } })).rejects.toThrow(
      'Failed to create RuntimeEnvironment: The folder of the database file cannot be created',
    );
  });

  it('names a setting that DuckDB does not take', async () => {
    await expect(SqlProject.open({ folder, database: { memoryLimit: 'plenty' } })).rejects.toThrow(
      'DuckDB does not accept the value of duckdb.memory_limit',
    );
  });

  it('applies memory, threads and the folder for temporary files', async () => {
    const project = await SqlProject.open({
      folder,
      database: { memoryLimit: '256MB', threads: 1, tempDirectory: join(folder, 'tmp') },
    });

    const settings = "current_setting('threads') AS t, current_setting('temp_directory') AS d";
    expect(await project.run(`SELECT ${settings}, current_setting('memory_limit') AS m`)).toEqual([
      { t: 1, d: join(folder, 'tmp'), m: '244.1 MiB' },
    ]);
    await project.close(true);
  });

  it('names the process that holds the lock', async () => {
    await mkdir(join(folder, 'data'));
    const holder = await holding(join(folder, 'data', 'db.duckdb'));
    try {
      await expect(SqlProject.open({ folder })).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringMatching(
          new RegExp(
            `^Failed to create RuntimeEnvironment: IO Error: Could not set lock .*PID ${String(holder.pid)} .*--readonly`,
            's',
          ),
        ) as string,
      });
    } finally {
      holder.kill();
    }
  });

  it('names an extension that cannot be had', async () => {
    const extensions = [{ name: 'no such/extension', repo: null }];

    await expect(SqlProject.open({ folder, database: { extensions } })).rejects.toThrow(
      "Failed to create RuntimeEnvironment: Extension 'no such/extension' cannot be loaded: ",
    );
    // nothing stays open behind the failure
    const project = await SqlProject.open({
      folder,
      database: { extensions: [{ name: 'json', repo: null }] },
    });
    await project.close(true);
  });
});

describe('one instance per file', () => {
  it('is shared while anybody holds it, and closed by the last', async () => {
    const first = await SqlProject.open({ folder });
    const second = await SqlProject.open({ folder, factory: first.factory });
    await first.run('CREATE TABLE t AS SELECT 1 AS a');

    expect(await second.run('FROM t')).toEqual([{ a: 1 }]);
    await first.close(true);
    expect(await second.run('FROM t')).toEqual([{ a: 1 }]);
    await second.close(true);

    const holder = await holding(join(folder, 'data', 'db.duckdb'));
    holder.kill();
  });

  it('refuses other options while it is open', async () => {
    const first = await SqlProject.open({ folder });

    await expect(
      SqlProject.open({ folder, factory: first.factory, database: { readonly: true } }),
    ).rejects.toThrow('The database file is open with other options');

    await first.close(true);
    const again = await SqlProject.open({ folder, factory: first.factory, database: { readonly: true } });
    await again.close(true);
  });
});

describe('secrets', () => {
  const secret = (name: string, type: string, parameters: Record<string, never> | object) => ({
    name,
    type,
    parameters: new Secret({ ...parameters }),
  });

  it('reach DuckDB whatever they contain', async () => {
    const project = await SqlProject.open({
      folder,
      database: {
        secrets: [
          secret("my 'odd' name", 'http', {
            BEARER_TOKEN: "it's",
            EXTRA_HTTP_HEADERS: { 'X-Team': "blue's" },
          }),
          secret('empty', 'http', {}),
        ],
      },
    });

    expect(await project.query('SELECT name, type, persistent FROM duckdb_secrets()')).toEqual([
      { name: "my 'odd' name", type: 'http', persistent: false },
    ]);
    expect(project.log.lines).toEqual([]);
    await project.close(true);
  });

  it('that are rejected are logged by name, at warning when DuckDB knows the type', async () => {
    const project = await SqlProject.open({
      folder,
      database: {
        secrets: [
          secret('a', 'http', { NO_SUCH_KEY: 'hidden-value' }),
          secret('b', 'custom', { KEY: 'hidden-value' }),
          secret('c', 's3', { KEY_ID: 'hidden-value' }),
        ],
      },
    });

    expect(project.log.lines.map(({ level, fields }) => [level, fields['secret']])).toEqual([
      ['warning', 'a'],
      ['debug', 'b'],
      ['warning', 'c'],
    ]);
    expect(JSON.stringify(project.log.lines)).not.toContain('hidden-value');
    await project.close(true);
  });

  it('follow the configuration of whoever opened last', async () => {
    const secrets = [secret('old', 'http', { BEARER_TOKEN: 'x' })];
    const first = await SqlProject.open({ folder, database: { secrets } });
    const second = await SqlProject.open({
      folder,
      factory: first.factory,
      database: { secrets: [secret('new', 'http', { BEARER_TOKEN: 'y' })] },
    });

    expect(await second.query('SELECT name FROM duckdb_secrets()')).toEqual([{ name: 'new' }]);
    await first.close(true);
    await second.close(true);
  });
});

/** Another process that has the file open. */
async function holding(path: string): Promise<ChildProcess> {
  const driver = createRequire(import.meta.url).resolve('@duckdb/node-bindings');
  const script = `require(${JSON.stringify(driver)}).open(${JSON.stringify(path)})
    .then((held) => { console.log('open'); setInterval(() => held, 1000); })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
