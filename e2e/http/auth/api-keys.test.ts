import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuthFolder, returned } from '../../support/auth-project.ts';
import { modernRequest, type Answer } from '../../support/rpc.ts';
import type { RunningServer } from '../../support/server.ts';

const keys = { deploy: 'first-key-that-is-long-enough', plain: 'second-key-that-is-long-enough' };

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

describe('API keys', () => {
  const project = new AuthFolder();
  const environment = join(project.folder, 'keys.env');
  let server: RunningServer;

  beforeAll(async () => {
    writeFileSync(environment, `MCP_API_KEYS=${keys.plain}`);
    server = await project.serve({}, { env: { MXCP_ENV_FILE: environment, NODE_ENV: 'production' } });
  });

  afterAll(() => project.remove());

  it('let in who has one, whom the audit log names by a fingerprint', async () => {
    const answer = await callWith(server.url, { 'x-api-key': keys.plain });

    expect(answer.status).toBe(200);
    expect(returned(answer)).toMatchObject({ provider: 'api_key' });
    const fingerprint = createHash('sha256').update(keys.plain).digest('hex').slice(0, 8);
    const records = JSON.stringify(project.auditRecords());
    expect(records).toContain(`key:${fingerprint}`);
    expect(records + server.output()).not.toContain(keys.plain);
  });

  it('are rotated by a reload, both valid in between', async () => {
    const statuses = (): Promise<readonly number[]> =>
      Promise.all(
        [keys.plain, keys.deploy].map(
          async (key) => (await callWith(server.url, { 'x-api-key': key })).status,
        ),
      );
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
});
