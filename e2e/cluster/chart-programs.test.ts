import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examples, projectCopy, type Finished } from '../support/command.ts';
import { at, finished, Rendered, type Values } from '../support/helm.ts';
import { modernRequest } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const key = 'k'.repeat(32);
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mxcp-chart-'));
  folders.push(made);
  return made;
}

function write(base: string, path: string, content: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), content);
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** Runs what a container of the chart runs, with what is different here. */
async function run(
  container: unknown,
  env: Readonly<Record<string, string>>,
  cwd = folder(),
): Promise<Finished> {
  const [program, ...options] = at(container, 'command') as readonly [string, ...string[]];
  const given = (at(container, 'env') as readonly Values[]).filter(({ value }) => value !== undefined);
  const own = Object.fromEntries(given.map(({ name, value }) => [String(name), String(value)]));
  return finished(program, [...options, ...(at(container, 'args') as readonly string[])], {
    cwd,
    env: { ...own, ...env },
  });
}

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
    run(pod, { MCP_URL: `${url}/mcp`, MCP_HOST: 'localhost', ...env });

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

  it('fails at what is no MCP server', async () => {
    const { code, stderr } = await run(pod, { MCP_URL: `${open.url}/health`, MCP_HOST: 'localhost' });

    expect(stderr).toContain('Not the answer of an MCP server');
    expect(code).toBe(1);
  });
});

describe('the project of values-replicas.yaml', () => {
  let server: RunningServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('serves from its ConfigMap, mounted as the kubelet mounts it', async () => {
    const rendered = await Rendered.of({}, 'values-replicas.yaml');
    const app = folder();
    const volumes = rendered.pod('spec', 'volumes') as readonly Values[];
    const items = at(volumes[0], 'configMap', 'items') as readonly { key: string; path: string }[];
    for (const { key: name, path } of items) {
      write(app, join('..2026_01_01', path), String(at(rendered.configMap('mxcp-project'), name)));
    }
    symlinkSync('..2026_01_01', join(app, '..data'));
    for (const entry of new Set(items.map(({ path }) => path.split('/')[0] ?? path))) {
      symlinkSync(join('..data', entry), join(app, entry));
    }
    const config = folder();
    write(config, 'config.yml', String(at(rendered.configMap('mxcp-config'), 'config.yml')));
    const args = (rendered.container('args') as readonly string[]).slice(2);

    server = await startServer(app, args, { MXCP_CONFIG_PATH: join(config, 'config.yml') });
    const answer = await modernRequest(server.url, 'tools/call', {
      name: 'hello',
      arguments: { name: 'Ada' },
    });

    expect(at(answer.body.result, 'content', 0, 'text')).toBe('Hello, Ada');
  });
});

describe('the container that clones a project', () => {
  const git = async (cwd: string, ...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const { code, stdout, stderr } = await finished('git', [...identity, ...args], { cwd });
    if (code !== 0) throw new Error(stderr);
    return stdout.trim();
  };

  async function clone(subfolder: string, values: Values = {}): Promise<unknown> {
    const repository = { repository: 'https://git.example.com/p.git', ref: 'v1', subfolder, ...values };
    const rendered = await Rendered.of({ project: { source: 'git', git: repository } });
    return rendered.pod('spec', 'initContainers', 0);
  }

  async function remote(): Promise<string> {
    const made = folder();
    await git(made, 'init', '--quiet');
    write(made, 'sales/mxcp-site.yml', 'mxcp: 1\n');
    await git(made, 'add', '.');
    await git(made, 'commit', '--quiet', '--message', 'First');
    await git(made, 'tag', 'v1');
    write(made, 'sales/mxcp-site.yml', 'mxcp: 1 # later\n');
    await git(made, 'commit', '--quiet', '--all', '--message', 'Second');
    return made;
  }

  it('brings the version that was asked for, twice too, and makes the places of the volumes', async () => {
    const container = await clone('sales');
    const env = { REPOSITORY: `file://${await remote()}`, HOME: folder() };
    const volume = folder();

    const first = await run(container, env, volume);
    const again = await run(container, env, volume);

    expect([first, again].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const site = await finished('cat', ['repository/sales/mxcp-site.yml'], { cwd: volume });
    expect(site.stdout).toBe('mxcp: 1\n');
    const listed = await finished('ls', ['repository/sales'], { cwd: volume });
    expect(listed.stdout.trim().split('\n').sort()).toEqual([
      'audit',
      'data',
      'drift',
      'logs',
      'mxcp-site.yml',
    ]);
  });

  it('says which value is wrong when there is no project', async () => {
    const env = { REPOSITORY: `file://${await remote()}`, HOME: folder() };
    const { code, stderr } = await run(await clone(''), env);

    expect(stderr).toContain("No mxcp-site.yml in the folder ''");
    expect(stderr).toContain('set project.git.subfolder');
    expect(code).toBe(1);
  });

  it('shows the credentials of its Secret to a server that asks', async () => {
    const container = await clone('', { credentialsSecret: 'git-reader' });
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const env = {
        REPOSITORY: `http://127.0.0.1:${port}/p.git`,
        HOME: folder(),
        GIT_USERNAME: 'reader',
        GIT_PASSWORD: 'pass:word $x',
      };
      const { code } = await run(container, env);

      expect(code).not.toBe(0);
      expect(seen).toContain(`Basic ${Buffer.from('reader:pass:word $x').toString('base64')}`);
    } finally {
      server.close();
    }
  });
});
