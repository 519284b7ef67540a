import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mxcp } from '../support/command.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { startServer } from '../support/server.ts';

const tool = (name: string, file = 'kit'): string =>
  `mxcp: 1\ntool: {name: ${name}, description: A tool., language: python, source: {file: ../python/${file}.py}}\n`;

const secret = (key: string): string => `{secrets: [{name: crm, type: custom, parameters: {key: "${key}"}}]}`;

const files = {
  'mxcp-site.yml': 'mxcp: 1\nproject: kit\nprofile: dev\n',
  'mxcp-config.yml': `mxcp: 1\nprojects: {kit: {profiles: {dev: ${secret('${CRM_KEY}')}, prod: ${secret('of-production')}}}}\n`,
  'python/kit.py': `
from mxcp.runtime import config, db, on_init, on_shutdown, reload_duckdb

@on_init
def begin():
    print('hook: begin')
    db.execute('CREATE TABLE IF NOT EXISTS begun AS SELECT 1 AS n')

@on_shutdown
def end(): print('hook: end', len(db.execute('FROM begun')))

def secret(): return config.get_secret('crm')['key']
def card(): return b'\\x89PNG\\xff'
def reloads():
    def payload():
        try: db.execute('SELECT 1')
        except Exception as error: print('payload:', error)
    return reload_duckdb(payload, 'new data')
`,
  'python/plain.py': 'open("imported", "w")\n\ndef plain(other): pass\n',
  'tools/secret.yml': tool('secret'),
  'tools/reloads.yml': tool('reloads'),
  'tools/plain.yml': tool('plain', 'plain'),
  'tools/absent.yml': tool('absent', 'plain'),
  'resources/card.yml':
    'mxcp: 1\nresource: {uri: "card://logo", name: card, mime_type: image/png, language: python, source: {file: ../python/kit.py}}\n',
};

const env = { MXCP_CONFIG: 'mxcp-config.yml', CRM_KEY: 'of-development' };
const folder = mkdtempSync(join(tmpdir(), 'mxcp-e2e-python-'));

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a Python project on the command line', () => {
  it.each([
    ['of-development', []],
    ['of-production', ['--profile', 'prod']],
  ])('reads the secrets of the profile that was chosen: %s', async (key, profile) => {
    const { stdout } = await mxcp(['run', 'tool', 'secret', '--json', ...profile], { cwd: folder, env });

    expect(JSON.parse(stdout)).toEqual({ status: 'ok', result: key });
  });

  it.each([[['run', 'tool', 'secret']], [['query', 'FROM begun']], [['validate']]])(
    'runs its hooks in %j',
    async (command) => {
      const { stderr, code } = await mxcp([...command, '--debug'], { cwd: folder, env });

      expect(code).toBe(0);
      expect(stderr).toContain('hook: begin');
      expect(stderr).toContain('hook: end 1');
    },
  );

  it('is warned of functions that are not there or do not fit, and nothing plain is imported', async () => {
    rmSync(join(folder, 'imported'), { force: true });
    const { stdout, code } = await mxcp(['validate', '--json'], { cwd: folder, env });

    expect(code).toBe(0);
    expect(stdout).toContain("python/plain.py: Function 'absent' not found; it has plain\"");
    expect(stdout).toContain("python/plain.py:3: plain() needs the argument 'other'");
    expect(readdirSync(folder)).not.toContain('imported');
  });
});

it('a served Python project gives bytes, and a reload whose work finds the database closed', async () => {
  const server = await startServer(folder, [], env);
  const card = await modernRequest(server.url, 'resources/read', { uri: 'card://logo' });
  await callTool(server.url, 'reloads', {});
  await expect.poll(server.output, { timeout: 20_000 }).toContain('Reload ended');
  await server.stop();

  expect(card.body.result).toMatchObject({ contents: [{ mimeType: 'image/png', blob: 'iVBOR/8=' }] });
  expect(server.output()).toContain('payload: DuckDB runtime is shutting down');
});
