import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, projectCopy } from '../support/command.ts';
import { at, Rendered, runContainer } from '../support/helm.ts';
import type { Finished } from '../support/run.ts';
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

  const handshake = (url: string, env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    runContainer(pod, { MCP_URL: `${url}/mcp`, MCP_HOST: 'localhost', ...env }, project.folder);

  it('asks the Service by its name', () => {
    expect(at(pod, 'env')).toEqual([
      { name: 'MCP_URL', value: 'http://mxcp:80/mcp' },
      { name: 'MCP_HOST', value: 'mxcp' },
    ]);
  });

  it('lists the tools of an open server', async () => {
    expect(await handshake(open.url)).toEqual({
      code: 0,
      stdout: 'Reached. The server has 3 tools.\n',
      stderr: '',
    });
  });

  it('passes at a server that asks for a key, and says that it saw no tools', async () => {
    const { code, stdout } = await handshake(closed.url);

    expect(stdout).toContain('The server is protected: set test.apiKeySecret');
    expect(code).toBe(0);
  });

  it('lists the tools of a protected server by its key', async () => {
    expect(await handshake(closed.url, { MCP_KEY: key })).toMatchObject({
      code: 0,
      stdout: 'Reached. The server has 3 tools.\n',
    });
  });

  it('fails with a key that the server does not know', async () => {
    const { code, stderr } = await handshake(closed.url, { MCP_KEY: 'x'.repeat(32) });

    expect(stderr).toContain('The server knows no such key');
    expect(code).toBe(1);
  });

  it('fails at a host that is not served, and says what to set', async () => {
    const { code, stderr } = await handshake(open.url, { MCP_HOST: 'elsewhere.example.com' });

    expect(stderr).toContain('set test.host to the host of transport.http.base_url');
    expect(code).toBe(1);
  });

  it('waits for a server that begins, and takes its last answer', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 503 : 401, { 'www-authenticate': 'Bearer' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { code, stdout } = await handshake(`http://127.0.0.1:${port}`);

      expect(stdout).toContain('The server is protected');
      expect({ code, asked }).toEqual({ code: 0, asked: 2 });
    } finally {
      server.close();
    }
  });

  it('fails at what is no MCP server', async () => {
    const { code, stderr } = await runContainer(
      pod,
      { MCP_URL: `${open.url}/health`, MCP_HOST: 'localhost' },
      project.folder,
    );

    expect(stderr).toContain('Not the answer of an MCP server');
    expect(code).toBe(1);
  });
});
