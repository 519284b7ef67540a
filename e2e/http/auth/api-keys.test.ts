import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuthFolder, callAs, githubAuth, returned } from '../../support/auth-project.ts';
import { mxcp } from '../../support/command.ts';
import { startFakeGitHub, type FakeGitHub } from '../../support/fake-github.ts';
import { OAuthClient } from '../../support/oauth-client.ts';
import { modernRequest, type Answer } from '../../support/rpc.ts';
import type { RunningServer } from '../../support/server.ts';

const keys = { deploy: 'first-key-that-is-long-enough', plain: 'second-key-that-is-long-enough' };
const MCP_API_KEYS = `deploy=${keys.deploy},${keys.plain}`;

function callWith(url: string, headers: Record<string, string>): Promise<Answer> {
  return modernRequest(url, 'tools/call', { name: 'whoami', arguments: {} }, { headers });
}

async function reload(server: RunningServer, environment: string, entries: string): Promise<void> {
  const ended = (): number => server.output().split('"Reload ended"').length;
  const before = ended();
  writeFileSync(environment, `MCP_API_KEYS=${entries}`);
  server.process.kill('SIGHUP');
  await vi.waitFor(() => {
    expect(ended()).toBe(before + 1);
  }, 20_000);
}

describe('API keys alone', () => {
  const project = new AuthFolder();
  let server: RunningServer;

  beforeAll(async () => {
    server = await project.serve({}, { env: { MCP_API_KEYS } });
  });

  afterAll(async () => {
    await project.remove();
  });

  it.each(Object.values(keys))('let who has one in', async (key) => {
    const answer = await callWith(server.url, { 'x-api-key': key });

    expect(answer.status).toBe(200);
    expect(returned(answer)).toMatchObject({ provider: 'api_key' });
  });

  it('name who called in the audit log by a fingerprint', async () => {
    await callWith(server.url, { 'x-api-key': keys.deploy });

    const fingerprint = createHash('sha256').update(keys.deploy).digest('hex').slice(0, 8);
    const records = JSON.stringify(project.auditRecords());
    expect(records).toContain(`key:${fingerprint}`);
    expect(records + server.output()).not.toContain(keys.deploy);
  });

  it.each([
    ['none', {}],
    ['a wrong one', { 'x-api-key': 'wrong-key-that-is-long-enough' }],
    ['one with its name', { 'x-api-key': `deploy=${keys.deploy}` }],
    ['one in the wrong header', { authorization: `Bearer ${keys.deploy}` }],
  ])('keep out who has %s', async (_what, headers) => {
    const answer = await callWith(server.url, { ...headers });

    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: 'unauthorized' });
  });
});

describe('a reload', () => {
  const project = new AuthFolder();
  const environment = join(project.folder, 'keys.env');
  let server: RunningServer;

  beforeAll(async () => {
    writeFileSync(environment, `MCP_API_KEYS=${keys.plain}`);
    server = await project.serve({}, { env: { MXCP_ENV_FILE: environment, NODE_ENV: 'production' } });
  });

  afterAll(async () => {
    await project.remove();
  });

  const statuses = (): Promise<readonly number[]> =>
    Promise.all(
      [keys.plain, keys.deploy].map(async (key) => (await callWith(server.url, { 'x-api-key': key })).status),
    );

  it('rotates keys, both valid in between', async () => {
    const before = await statuses();
    await reload(server, environment, `${keys.plain},deploy=${keys.deploy}`);
    const between = await statuses();
    await reload(server, environment, `deploy=${keys.deploy}`);

    expect([before, between, await statuses()]).toEqual([
      [200, 401],
      [200, 200],
      [401, 200],
    ]);
  });

  it('with a key that production refuses changes nothing', async () => {
    const before = await statuses();
    await reload(server, environment, 'tiny-key-1');

    expect(server.output()).toContain('shorter than 16 characters');
    expect(await statuses()).toEqual(before);
    expect((await callWith(server.url, { 'x-api-key': 'tiny-key-1' })).status).toBe(401);
  });
});

describe('the first API key, brought by a reload', () => {
  const project = new AuthFolder();

  afterAll(async () => {
    await project.remove();
  });

  it('closes the door, and its removal does not open it again but says so', async () => {
    const environment = join(project.folder, 'keys.env');
    writeFileSync(environment, '');
    const server = await project.serve({}, { env: { MXCP_ENV_FILE: environment } });
    const open = await callWith(server.url, {});
    await reload(server, environment, keys.plain);
    const closed = await callWith(server.url, {});
    const denied = project.auditRecords().find(({ operation_name: name }) => name === 'auth.denied');
    await reload(server, environment, '');
    const still = await callWith(server.url, {});

    expect([open.status, closed.status, still.status]).toEqual([200, 401, 401]);
    expect(denied).toMatchObject({ business_context: { provider: 'api_key', reason: 'no_token' } });
    expect(server.output()).toContain('"settings":"MCP_API_KEYS"');
  });
});

describe('API keys beside OAuth', () => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await project.serve(githubAuth(github), { env: { MCP_API_KEYS } });
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('either suffices', async () => {
    const tokens = await (await OAuthClient.register(server.url)).signIn();

    expect((await callAs(server.url, tokens.accessToken)).status).toBe(200);
    expect((await callWith(server.url, { 'x-api-key': keys.plain })).status).toBe(200);
    expect((await callWith(server.url, {})).status).toBe(401);
  });
});

describe('in production', () => {
  it.each([
    ['the published example key', 'dev-key-12345'],
    ['a short key', 'tiny-key-1'],
  ])('%s stops the start', async (_what, key) => {
    const project = new AuthFolder();
    try {
      const env = { MCP_API_KEYS: key, NODE_ENV: 'production' };
      const { code, stderr } = await mxcp(['serve', '--port', '1'], { cwd: project.folder, env });

      expect(code).toBe(1);
      expect(stderr).toContain('mxcp apikey generate');
      expect(stderr).not.toContain(key);
    } finally {
      await project.remove();
    }
  });
});

it('mxcp apikey generate prints a key of 32 random bytes', async () => {
  const project = new AuthFolder();
  try {
    const first = await mxcp(['apikey', 'generate'], { cwd: project.folder });
    const second = await mxcp(['apikey', 'generate'], { cwd: project.folder });

    expect(first.code).toBe(0);
    expect(first.stdout.trim()).toMatch(/^[0-9a-f]{64}$/);
    expect(second.stdout).not.toBe(first.stdout);
  } finally {
    await project.remove();
  }
});
