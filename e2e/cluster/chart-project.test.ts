import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { at, Rendered, runContainer, type Values } from '../support/helm.ts';
import { modernRequest } from '../support/rpc.ts';
import { must, run } from '../support/run.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mxcp-chart-'));
  folders.push(made);
  return made;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function write(base: string, path: string, content: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), content);
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
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
  const git = (cwd: string, ...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    return must(run('git', [...identity, ...args], { cwd }));
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

    const first = await runContainer(container, env, volume);
    const again = await runContainer(container, env, volume);

    expect([first, again].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const project = join(volume, 'repository', 'sales');
    expect(readFileSync(join(project, 'mxcp-site.yml'), 'utf8')).toBe('mxcp: 1\n');
    expect(readdirSync(project).sort()).toEqual(['audit', 'data', 'drift', 'logs', 'mxcp-site.yml']);
  });

  it('says which value is wrong when there is no project', async () => {
    const env = { REPOSITORY: `file://${await remote()}`, HOME: folder() };
    const { code, stderr } = await runContainer(await clone(''), env, folder());

    expect(stderr).toContain("No mxcp-site.yml in the folder ''");
    expect(stderr).toContain('set project.git.subfolder');
    expect(code).toBe(1);
  });

  /** What the server that is asked for, or another one that it sends git to, hears of the credentials. */
  async function shownTo(who: 'it' | 'another one'): Promise<readonly (string | undefined)[]> {
    const container = await clone('', { credentialsSecret: 'git-reader' });
    const seen: (string | undefined)[] = [];
    const asking = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    });
    const sending = createServer(({ url }, response) => {
      response.writeHead(302, { location: `${urlOf(asking)}${url ?? ''}` }).end();
    });
    const servers = [asking, sending];
    try {
      for (const server of servers) {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      }
      const env = {
        REPOSITORY: `${urlOf(who === 'it' ? asking : sending)}/p.git`,
        HOME: folder(),
        GIT_USERNAME: 'reader',
        GIT_PASSWORD: 'pass:word $x',
      };
      const { code } = await runContainer(container, env, folder());
      expect(code).not.toBe(0);
      return seen;
    } finally {
      for (const server of servers) server.close();
    }
  }

  it('shows the credentials of its Secret to a server that asks', async () => {
    const shown = `Basic ${Buffer.from('reader:pass:word $x').toString('base64')}`;
    expect(await shownTo('it')).toContain(shown);
  });

  it('shows them to no other server that it is sent to', async () => {
    expect(new Set(await shownTo('another one'))).toEqual(new Set([undefined]));
  });
});
