import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const refreshed = `import os, shutil
from mxcp.runtime import db, reload_duckdb

def replace() -> str:
    def payload():
        # only possible while nobody has the file open
        os.replace("data/next.duckdb", "data/db-default.duckdb")
    db.execute("ATTACH 'data/next.duckdb' AS next")
    db.execute("CREATE OR REPLACE TABLE next.stock AS SELECT 'fresh' AS name")
    db.execute("DETACH next")
    reload_duckdb(payload, "new stock")
    return "asked"
`;

describe('a reload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-code-reload-'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  const tool = (name: string, language: string, file: string): void => {
    write(
      `tools/${name}.yml`,
      `mxcp: 1\ntool:\n  name: ${name}\n  language: ${language}\n  source: {file: ../${file}}\n`,
    );
  };
  const site = (duckdb: string): void => {
    write(
      'mxcp-site.yml',
      `mxcp: 1\nproject: code\nprofile: default\nprofiles: {default: {duckdb: ${duckdb}}}\n`,
    );
  };
  let server: RunningServer;

  beforeAll(async () => {
    for (const name of ['tools', 'python', 'sql']) mkdirSync(join(folder, name));
    site('{}');
    write('python/one.py', 'def one():\n    return 1\n');
    write('one.ts', 'export const two = (): number => 1;\n');
    write('python/refreshed.py', refreshed);
    write('sql/limit.sql', "SELECT current_setting('memory_limit') AS memory");
    tool('one', 'python', 'python/one.py');
    tool('two', 'typescript', 'one.ts');
    tool('limit', 'sql', 'sql/limit.sql');
    tool('replace', 'python', 'python/refreshed.py');
    server = await startServer(folder);
  });

  afterAll(async () => {
    const code = await server.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(code).toBe(0);
  });

  it('puts changed Python and TypeScript into force', async () => {
    expect([await text('one'), await text('two')]).toEqual(['1', '1']);
    write('python/one.py', 'def one():\n    return 2\n');
    write('one.ts', 'export const two = (): number => 2;\n');
    server.process.kill('SIGHUP');

    await until(async () => (await text('one')) === '2' && (await text('two')) === '2');
  });

  it('lets calls wait while a database with changed options is closed and opened', async () => {
    site('{memory_limit: 512MB}');
    server.process.kill('SIGHUP');
    const during = await Promise.all(Array.from({ length: 50 }, () => text('one')));

    expect(new Set(during)).toEqual(new Set(['2']));
    await until(async () => (await text('limit')) === '[{"memory":"488.2 MiB"}]');
  });

  it('asked for by code replaces the database file while nobody has it open', async () => {
    expect(await text('replace')).toBe('asked');
    write('sql/stock.sql', 'SELECT name FROM stock');
    tool('stock', 'sql', 'sql/stock.sql');
    await until(() => Promise.resolve(server.output().includes('"trigger":"runtime","status":"success"')));
    server.process.kill('SIGHUP');

    await until(async () => (await text('stock')) === '[{"name":"fresh"}]');
  });

  async function text(name: string): Promise<string> {
    const { body } = await callTool(server.url, name, {});
    const [block] = (body.result?.['content'] ?? []) as { text: string }[];
    return block?.text ?? JSON.stringify(body);
  }
});

async function until(isMet: () => Promise<boolean>): Promise<void> {
  await expect.poll(isMet, { timeout: 20_000, interval: 50 }).toBe(true);
}
