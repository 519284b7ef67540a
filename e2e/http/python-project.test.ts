import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mxcp } from '../support/command.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const tool = (name: string, rest: string, source = '{file: ../python/kit.py}'): string =>
  `mxcp: 1\ntool:\n  name: ${name}\n  description: A tool.\n  language: python\n  source: ${source}\n${rest}`;

const files: Readonly<Record<string, string>> = {
  'mxcp-site.yml':
    'mxcp: 1\nproject: kit\nprofile: dev\nprofiles: {dev: {audit: {enabled: true}}, prod: {audit: {enabled: false}}}\n',
  'mxcp-config.yml': `mxcp: 1
projects:
  kit:
    profiles:
      dev: {secrets: [{name: crm, type: custom, parameters: {key: "\${CRM_KEY}"}}]}
      prod: {secrets: [{name: crm, type: custom, parameters: {key: of-production}}]}
`,
  'python/kit.py': `
import asyncio
from mxcp.runtime import config, db, mcp, on_init, on_shutdown, reload_duckdb
from mxcp.sdk.auth.context import get_user_context
from mxcp.sdk.executor.context import get_execution_context

@on_init
def begin():
    print('hook: begin')
    db.execute('CREATE TABLE IF NOT EXISTS begun AS SELECT 1 AS n')

@on_shutdown
def end(): print('hook: end', len(db.execute('FROM begun')))

def secret(): return config.get_secret('crm')['key']
def project(): return [config.get_setting('project'), config.get_setting('paths.tools'), config.get_setting('a.b', 1)]
def caller():
    context, user = get_execution_context(), get_user_context()
    return [context.get('transport'), context.get('request_headers').get('X-Team'), user and user.username]
def greeting(): return mcp.text('hello')
def card(): return b'\\x89PNG\\xff'
def renamed(other): return other
def tells(): asyncio.run(mcp.warning('almost done'))
def breaks(): raise ImportError('no such unit')
def reloads():
    def payload():
        try: db.execute('SELECT 1')
        except Exception as error: print('payload:', error)
    return reload_duckdb(payload, 'new data')
`,
  'tools/secret.yml': tool('secret', ''),
  'tools/project.yml': tool('project', ''),
  'tools/caller.yml': tool('caller', ''),
  'tools/greeting.yml': tool('greeting', ''),
  'tools/tells.yml': tool('tells', ''),
  'tools/breaks.yml': tool('breaks', ''),
  'tools/reloads.yml': tool('reloads', ''),
  'tools/filtered.yml': tool(
    'greeting',
    '  policies:\n    output: [{condition: "true", action: filter_fields, fields: [text]}]\n',
  ).replace('name: greeting', 'name: filtered'),
  'tools/inline.yml': tool(
    'inline',
    '  parameters: [{name: n, type: integer, description: A number.}]\n',
    `{code: "from mxcp.runtime import db\\nresult = db.execute('SELECT $n + 1 AS n', {'n': n})[0]"}`,
  ),
  'resources/card.yml':
    'mxcp: 1\nresource:\n  uri: card://logo\n  name: card\n  mime_type: image/png\n  language: python\n  source: {file: ../python/kit.py}\n',
};

const env = { MXCP_CONFIG: 'mxcp-config.yml', CRM_KEY: 'of-development' };
const folder = mkdtempSync(join(tmpdir(), 'mxcp-e2e-python-'));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) write(path, text);
  write('python/kit.py', `${files['python/kit.py'] ?? ''}\ndef filtered(): return greeting()\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function json(...args: string[]): Promise<unknown> {
  const { stdout } = await mxcp([...args, '--json'], { cwd: folder, env });
  return (JSON.parse(stdout) as { result: unknown }).result;
}

describe('a Python project on the command line', () => {
  it('reads the secrets of the profile that was chosen', async () => {
    expect(await json('run', 'tool', 'secret')).toBe('of-development');
    expect(await json('run', 'tool', 'secret', '--profile', 'prod')).toBe('of-production');
  });

  it('reads settings and their defaults', async () => {
    expect(await json('run', 'tool', 'project')).toEqual(['kit', 'tools', 1]);
  });

  it('knows the caller and the headers that were given', async () => {
    const caller = [
      '--user-context',
      '{"user_id": "1", "username": "ada"}',
      '--request-headers',
      '{"X-Team": "blue"}',
    ];

    expect(await json('run', 'tool', 'caller', ...caller)).toEqual(['cli', 'blue', 'ada']);
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

  it('tells the log what a function tells its caller', async () => {
    const { stderr } = await mxcp(['run', 'tool', 'tells'], { cwd: folder, env });

    expect(stderr).toContain('"logger":"mxcp.runtime.mcp","message":"almost done"');
  });

  it('is warned of functions that are not there or do not fit, and nothing plain is imported', async () => {
    write('python/plain.py', 'open("imported", "w")\n\ndef plain(other): pass\n');
    write('tools/plain.yml', tool('plain', '', '{file: ../python/plain.py}'));
    write('tools/absent.yml', tool('absent', '', '{file: ../python/plain.py}'));
    const { stdout, code } = await mxcp(['validate', '--json'], { cwd: folder, env });
    for (const path of ['python/plain.py', 'tools/plain.yml', 'tools/absent.yml']) rmSync(join(folder, path));

    expect(code).toBe(0);
    expect(stdout).toContain("python/plain.py: Function 'absent' not found; it has plain\"");
    expect(stdout).toContain("python/plain.py:3: plain() needs the argument 'other'");
    expect(readdirSync(folder)).not.toContain('imported');
  });
});

describe('a served Python project', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(folder, [], env);
  });
  afterAll(() => server.stop());

  const textOf = async (name: string, args: Record<string, unknown> = {}): Promise<unknown> => {
    const { body } = await callTool(server.url, name, args);
    return (body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text;
  };

  it('serves inline code, with the database', async () => {
    expect(await textOf('inline', { n: 1 })).toBe('{"n":2}');
  });

  it('knows the transport and the headers, in any case', async () => {
    const params = { name: 'caller', arguments: {} };
    const { body } = await modernRequest(server.url, 'tools/call', params, { headers: { 'X-Team': 'blue' } });

    expect(body.result).toMatchObject({ content: [{ text: '["streamable-http","blue",null]' }] });
  });

  it('serves the bytes of a resource as a blob', async () => {
    const { body } = await modernRequest(server.url, 'resources/read', { uri: 'card://logo' });

    expect(body.result).toMatchObject({
      contents: [{ uri: 'card://logo', mimeType: 'image/png', blob: 'iVBOR/8=' }],
    });
  });

  it("tells an ImportError raised inside a function by the function's own text", async () => {
    expect(await textOf('breaks')).toBe('Error executing tool breaks: no such unit');
  });

  it('denies content that a policy would have to filter, and records why', async () => {
    expect(await textOf('greeting')).toBe('hello');
    expect(await textOf('filtered')).toMatch(
      /^Error executing tool filtered: Output policy enforcement failed/,
    );

    await expect.poll(audited).toContainEqual(
      expect.objectContaining({
        operation_name: 'filtered',
        operation_status: 'error',
        policy_decision: 'deny',
      }),
    );
  });

  it('closes the database for the payload of a reload, which cannot use it', async () => {
    expect(await textOf('reloads')).toBe('null');

    await expect.poll(server.output, { timeout: 20_000 }).toContain('Reload ended');
    expect(server.output()).toContain('payload: DuckDB runtime is shutting down');
    expect(await textOf('inline', { n: 2 })).toBe('{"n":3}');
  });
});

function audited(): readonly unknown[] {
  const audit = join(folder, 'audit');
  return readdirSync(audit)
    .filter((name) => name.startsWith('logs-'))
    .flatMap((name) => readFileSync(join(audit, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
