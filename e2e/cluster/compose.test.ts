import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComposeEngine, composeConfig } from '../support/compose.ts';
import { commandFiles, composeFiles, requiredBy, rootFile } from '../support/compose-files.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { freePort } from '../support/server.ts';

const complete = (file: string): Record<string, string> =>
  Object.fromEntries(requiredBy(file).map((name) => [name, 'x'.repeat(32)]));
const needs = composeFiles.flatMap((file) => requiredBy(file).map((name) => ({ file, name })));

describe('docker compose config', () => {
  it.each(composeFiles)('takes %s', async (file) => {
    const { code, stderr } = await composeConfig(commandFiles(file), complete(file));

    expect([code, stderr]).toEqual([0, '']);
  });

  it.each(needs)('refuses $file without $name and says so', async ({ file, name }) => {
    const values = Object.fromEntries(Object.entries(complete(file)).filter(([given]) => given !== name));

    const missing = await composeConfig(commandFiles(file), values);
    const empty = await composeConfig(commandFiles(file), { ...values, [name]: '' });

    for (const { code, stderr } of [missing, empty]) {
      expect([code === 0, stderr]).toEqual([
        false,
        expect.stringContaining(`${name} is missing a value: set it in`),
      ]);
    }
  });

  it('takes all files that are added to the root file at once', async () => {
    const files = composeFiles.filter((file) => commandFiles(file)[0] === rootFile);
    const values = Object.assign({}, ...files.map(complete)) as Record<string, string>;

    const { code, stderr, stdout } = await composeConfig(files, values);

    expect([code, stderr]).toEqual([0, '']);
    // with Keycloak the server is in its network, and its name with it
    expect(stdout).toMatch(/network_mode: service:keycloak/);
  });
});

describe('variables of the root file', () => {
  const names = [
    'GITHUB_CLIENT_ID',
    'GITHUB_CLIENT_SECRET',
    'DATABASE_URL',
    'MCP_API_KEYS',
    'MXCP_LOG_LEVEL',
  ];

  it('reach the server where they are set (seed 000)', async () => {
    const values = Object.fromEntries(names.map((name) => [name, `its-${name.toLowerCase()}`]));

    const { stdout } = await composeConfig([rootFile], values);

    for (const [name, value] of Object.entries(values)) expect(stdout).toContain(`${name}: ${value}`);
  });

  it('are left out, rather than empty, where they are not set', async () => {
    const { stdout } = await composeConfig([rootFile], {});

    for (const name of names) expect(stdout).toMatch(new RegExp(`^ +${name}: null$`, 'm'));
  });
});

describe('docker compose up, of the root file, on Podman', () => {
  const engine = new ComposeEngine();
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-compose-'));
  const name = `mxcp-test-${randomBytes(4).toString('hex')}`;
  const container = `${name}-mxcp-1`;
  const override = join(folder, 'override.yml');
  const files = [rootFile, override];
  let url = '';
  let port = 0;

  const up = (values: Readonly<Record<string, string>> = {}): ReturnType<ComposeEngine['up']> =>
    engine.up(files, container, { COMPOSE_PROJECT_NAME: name, ...values });
  const compose = (...args: readonly string[]): ReturnType<ComposeEngine['compose']> =>
    engine.compose(files, args, { COMPOSE_PROJECT_NAME: name });
  const idOf = async (): Promise<string> =>
    (await engine.podman('inspect', '--format', '{{.Id}}', container)).stdout.trim();
  const auditLines = async (): Promise<readonly string[]> => {
    const { stdout } = await engine.podman('exec', container, 'bash', '-c', 'cat /app/audit/*.jsonl');
    return stdout.split('\n').filter((line) => line.includes('"daily_summary"'));
  };

  beforeAll(async () => {
    port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // the engine's default limits lie above those of a test machine that is a container itself
    const limits = { nofile: 20000, nproc: 4096 };
    const services = { mxcp: { ulimits: limits } };
    writeFileSync(override, JSON.stringify({ services }));
    await engine.start();
  });

  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '5');
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (): Record<string, string> => ({ MXCP_PUBLISH: `127.0.0.1:${port}` });

  it('the server becomes healthy and answers a call', async () => {
    const { code, stderr } = await up(at());

    expect([code, stderr]).toEqual([0, expect.stringContaining('Healthy')]);
    const { status, body } = await callTool(url, 'daily_summary', { day: '2018-02-04' });
    expect([status, body.error]).toEqual([200, undefined]);
    expect(await auditLines()).toHaveLength(1);
  });

  it('writes in its volumes and nowhere else', async () => {
    const touch = (path: string): Promise<{ code: number | null }> =>
      engine.podman('exec', container, 'touch', path);

    for (const path of ['data', 'logs', 'audit', 'drift']) {
      expect((await touch(`/app/${path}/a`)).code).toBe(0);
    }
    expect((await touch('/tmp/a')).code).toBe(0);
    for (const path of ['/app/a', '/app/tools/a', '/config/a', '/opt/mxcp-server/a']) {
      expect((await touch(path)).code).not.toBe(0);
    }
  });

  it('with a changed value it is another container, on the same volumes', async () => {
    const first = await idOf();
    const key = randomBytes(16).toString('hex');

    const { code } = await up({ ...at(), MCP_API_KEYS: `ci=${key}` });

    expect([code, (await idOf()) === first]).toEqual([0, false]);
    expect((await callTool(url, 'daily_summary', { day: '2018-02-04' })).status).toBe(401);
    const headers = { 'x-api-key': key };
    expect((await modernRequest(url, 'tools/list', {}, { headers })).status).toBe(200);
    expect(await auditLines()).toHaveLength(1);
  });

  it('stops within its grace, with exit code 0', async () => {
    const startedMs = Date.now();
    const { code } = await compose('stop');

    expect(code).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(30_000);
    const state = await engine.podman(
      'inspect',
      '--format',
      '{{.State.ExitCode}} {{.State.OOMKilled}}',
      container,
    );
    expect(state.stdout.trim()).toBe('0 false');
  });

  it('keeps the audit log over `down` and `up`', async () => {
    expect((await compose('down')).code).toBe(0);
    expect((await engine.podman('container', 'exists', container)).code).not.toBe(0);

    expect((await up(at())).code).toBe(0);

    expect(await auditLines()).toHaveLength(1);
    await callTool(url, 'daily_summary', { day: '2018-02-04' });
    expect(await auditLines()).toHaveLength(2);
  });
});
