import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, projectCopy } from '../support/command.ts';
import { at, Rendered, runContainer } from '../support/helm.ts';
import type { Outcome } from '../support/run.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const key = 'k'.repeat(32);

describe('the pod of `helm test`', () => {
  const project = projectCopy(join(examples, 'earthquakes'));
  let open: RunningServer;
  let closed: RunningServer;
  let pod: unknown;

  beforeAll(async () => {
    pod = (await Rendered.of()).at('Pod', 'spec', 'containers', 0);
    [open, closed] = await Promise.all([
      startServer(project.folder),
      startServer(project.folder, [], { MCP_API_KEYS: `ci=${key}` }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([open.stop(), closed.stop()]);
    project.remove();
  });

  const handshake = (url: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    runContainer(pod, { MCP_URL: `${url}/mcp`, MCP_HOST: 'localhost', ...env }, project.folder);

  it('asks the Service by its name', () => {
    expect(at(pod, 'env')).toEqual([
      { name: 'MCP_URL', value: 'http://mxcp:80/mcp' },
      { name: 'MCP_HOST', value: 'mxcp' },
    ]);
  });

  it('lists the tools of an open server', async () => {
    expect(await handshake(open.url)).toEqual({
      status: 0,
      stdout: 'Reached. The server has 3 tools.\n',
      stderr: '',
    });
  });

  it('passes at a server that asks for a key, and says that it saw no tools', async () => {
    const { status, stdout } = await handshake(closed.url);

    expect(stdout).toContain('The server is protected: set test.apiKeySecret');
    expect(status).toBe(0);
  });

  it('lists the tools of a protected server by its key', async () => {
    expect(await handshake(closed.url, { MCP_KEY: key })).toMatchObject({
      status: 0,
      stdout: 'Reached. The server has 3 tools.\n',
    });
  });

  it('fails with a key that the server does not know', async () => {
    const { status, stderr } = await handshake(closed.url, { MCP_KEY: 'x'.repeat(32) });

    expect(stderr).toContain('The server knows no such key');
    expect(status).toBe(1);
  });

  it('fails at a host that is not served, and says what to set', async () => {
    const { status, stderr } = await handshake(open.url, { MCP_HOST: 'elsewhere.example.com' });

    expect(stderr).toContain('set test.host to the host of transport.http.base_url');
    expect(status).toBe(1);
  });

  it('fails at what is no MCP server', async () => {
    const { status, stderr } = await runContainer(
      pod,
      { MCP_URL: `${open.url}/health`, MCP_HOST: 'localhost' },
      project.folder,
    );

    expect(stderr).toContain('Not the answer of an MCP server');
    expect(status).toBe(1);
  });
});
