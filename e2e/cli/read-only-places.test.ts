import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mxcpScript } from '../support/command.ts';
import { startProcess } from '../support/process.ts';
import { callTool } from '../support/rpc.ts';
import { freePort } from '../support/server.ts';

/** A user id that no user has, as containers may be given; where these tests may not choose, their own. */
const isRoot = process.getuid?.() === 0;
const uid = isRoot ? 4242 : (process.getuid?.() ?? 0);
const gid = isRoot ? 4242 : (process.getgid?.() ?? 0);

const code = {
  'tools/one.yml': 'mxcp: 1\ntool: {name: one, source: {code: "SELECT 1 AS n"}}\n',
  'tools/two.yml': 'mxcp: 1\ntool: {name: two, language: python, source: {file: ../python/two.py}}\n',
  'tools/three.yml': 'mxcp: 1\ntool: {name: three, language: typescript, source: {file: ../three.ts}}\n',
  'python/two.py':
    'import tempfile, other\ndef two():\n    with tempfile.TemporaryFile() as f:\n        f.write(b"x")\n    return other.N\n',
  'python/other.py': 'N = 2\n',
  'three.ts': 'export const three = (): number => 3;\n',
  'mxcp-site.yml':
    'mxcp: 1\nproject: closed\nprofile: default\nprofiles: {default: {audit: {enabled: true}}}\n',
};

const userFile = `mxcp: 1
transport: {http: {base_url: 'http://localhost:8000'}}
projects:
  closed:
    profiles:
      default:
        auth: {provider: github, github: {client_id: desk, client_secret: ${'0123456789'.repeat(4)}}}
`;

describe('a project that only some of its folders may be written in', () => {
  let base: string;
  let project: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'mxcp-closed-'));
    project = join(base, 'app');
    for (const folder of ['tools', 'python', 'data', 'audit'])
      mkdirSync(join(project, folder), { recursive: true });
    for (const [name, text] of Object.entries(code)) writeFileSync(join(project, name), text);
    writeFileSync(join(base, 'user.yml'), userFile);
    mkdirSync(join(base, 'tmp'));
    for (const folder of ['app/data', 'app/audit', 'tmp']) chownSync(join(base, folder), uid, gid);
    for (const folder of ['.', 'app', 'app/tools', 'app/python']) chmodSync(join(base, folder), 0o555);
  });

  afterEach(() => {
    for (const folder of ['.', ...readdirSync(base, { recursive: true, withFileTypes: true })]) {
      if (typeof folder === 'string') chmodSync(join(base, folder), 0o755);
      else if (folder.isDirectory()) chmodSync(join(folder.parentPath, folder.name), 0o755);
    }
    rmSync(base, { recursive: true, force: true });
  });

  /** The command line of `mxcp` as that user, without a home that it could write in. */
  const commandLine = (args: readonly string[]): readonly [string, ...string[]] => [
    ...(isRoot
      ? (['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', 'env'] as const)
      : (['env'] as const)),
    ...(isRoot ? ['-u', 'HOME'] : [`HOME=${base}`]),
    `TMPDIR=${join(base, 'tmp')}`,
    process.execPath,
    mxcpScript,
    ...args,
  ];

  const refusal = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const [command, ...rest] = commandLine(args);
    return new Promise((resolve, reject) => {
      execFile(
        command,
        rest,
        { cwd: project, env: { ...process.env, ...env }, timeout: 30_000 },
        (error, _stdout, stderr) => {
          if (error?.code === 1) resolve(stderr);
          else reject(new Error(`ended with ${String(error?.code ?? error?.signal)}: ${stderr}`));
        },
      );
    });
  };

  it('is served, and nothing else is written', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const [command, ...args] = commandLine(['serve', '--host', '127.0.0.1', '--port', String(port)]);
    const isReady = async (): Promise<boolean> => (await fetch(`${url}/ready`)).ok;
    const server = await startProcess(command, args, { cwd: project, readyMs: 30_000 }, isReady);
    try {
      for (const [tool, text] of [
        ['one', '[{"n":1}]'],
        ['two', '2'],
        ['three', '3'],
      ] as const) {
        const { body } = await callTool(url, tool, {});
        expect(body.result).toMatchObject({ isError: false, content: [{ text }] });
      }
      expect(server.output()).not.toMatch(/error|warning/i);
    } finally {
      await server.stop();
    }
    expect(readdirSync(join(project, 'data'))).toEqual(['db-default.duckdb']);
    expect(readdirSync(join(project, 'audit'))).toHaveLength(1);
    expect(readdirSync(join(project, 'python'))).toEqual(['other.py', 'two.py']);
  });

  it('is refused where audit records cannot be written', async () => {
    chmodSync(join(project, 'audit'), 0o555);

    expect(await refusal(['serve'])).toContain(
      `Audit directory cannot be written: ${project}/audit (EACCES). ` +
        `Let user ${uid}, group ${gid} write there, or name another place with audit.path.`,
    );
  });

  it.each([
    ['serve', ['serve'], 'Its folder is not writable for'],
    ['serve --readonly', ['serve', '--readonly'], 'There is no database'],
  ])('is refused where the database cannot be made, by %s', async (_, args, reason) => {
    chmodSync(join(project, 'data'), 0o555);

    const text = await refusal(args);

    expect(text).toContain(`Failed to create RuntimeEnvironment: `);
    expect(text).toContain(join(project, 'data', 'db-default.duckdb'));
    expect(text).toContain(reason);
    expect(text).toContain(`user ${uid}, group ${gid}`);
    expect(text).toContain('name another file with MXCP_DUCKDB_PATH or duckdb.path.');
  });

  it('is refused where sign-ins cannot be kept', async () => {
    const env = { MXCP_CONFIG: join(base, 'user.yml') };

    const text = await refusal(['serve'], env);

    expect(text).toContain('/.mxcp/oauth.db, the token store, cannot be written (EACCES).');
    expect(text).toContain(
      `Let user ${uid}, group ${gid} write there, or name another file with auth.persistence.path`,
    );
  });
});
