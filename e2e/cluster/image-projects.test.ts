import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PYTHON_IMAGE, SERVER_IMAGE } from '../../scripts/services/server-image.ts';
import { examples, repository } from '../support/command.ts';
import { mounted, notes, tables } from '../support/container-project.ts';
import { project, started, volumes } from '../support/container-test.ts';
import { engine, mustEngine } from '../support/containers.ts';
import { httpClient, textOf } from '../support/client.ts';
import { callTool } from '../support/rpc.ts';

/** A project as its own image, built from one of the files in `deploy/docker`. */
async function builtProject(source: string, dockerfile: string): Promise<string> {
  const { folder } = project(source);
  const deploy = join(repository, 'deploy', 'docker');
  cpSync(join(deploy, dockerfile), join(folder, 'Dockerfile'));
  cpSync(join(deploy, 'project.dockerignore'), join(folder, '.dockerignore'));
  writeFileSync(join(folder, '.env'), 'SECRET=of-this-machine\n');
  const image = `localhost/mxcp-test-${randomUUID().slice(0, 8)}:1`;
  const options = ['build', '--isolation', 'chroot', '--format', 'docker', '--pull-never'];
  await mustEngine('buildah', [...options, '-t', image, folder]);
  onTestFinished(async () => {
    await mustEngine('podman', ['rmi', '--force', image]);
  });
  return image;
}

describe('a project in the container, with a read-only root', () => {
  it('is mounted: the earthquakes example answers the official client', async () => {
    const options = [...mounted(join(examples, 'earthquakes')), ...(await volumes())];
    const container = await started(SERVER_IMAGE, options);
    const client = await httpClient(container.url, 'modern');
    const result = await client.callTool({ name: 'count_by_region', arguments: {} });
    await client.close();
    expect(textOf(result as Parameters<typeof textOf>[0])).toContain('region');
    expect((await engine('podman', ['healthcheck', 'run', container.name])).code).toBe(0);
  });

  it('answers the commands that operators type into it', async () => {
    const container = await started(SERVER_IMAGE, [
      ...mounted(join(examples, 'earthquakes')),
      ...(await volumes()),
      ...['--env', 'TEAM=seismology'],
    ]);
    expect((await container.exec('env')).stdout).toContain('TEAM=seismology');
    const run = await container.exec('mxcp', 'run', 'tool', 'count_by_region', '--json-output');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('region') });
    expect((await container.exec('mxcp', 'validate')).code).toBe(0);
    expect((await container.exec('mxcp', 'healthcheck')).code).toBe(0);
    expect((await container.exec('bash', '-c', 'curl -sf localhost:$MCP_PORT/health')).stdout).toContain(
      'healthy',
    );
    const audit = await container.exec('bash', '-c', 'cat /app/audit/*.jsonl');
    expect(audit.stdout).toContain('count_by_region');
    const processes = await mustEngine('podman', ['top', container.name, 'pid', 'args']);
    expect(processes).toMatch(/^1\s+tini -- mxcp serve --transport http *$/m);
    expect(processes).toMatch(/^\d+\s+node \S*mxcp serve --transport http/m);
  });

  it('tells commands that need the database of a writer who has it (seed 000)', async () => {
    const container = await started(SERVER_IMAGE, [...project().options, ...(await volumes())]);

    for (const command of [
      ['mxcp', 'run', 'tool', 'recall'],
      ['mxcp', 'validate'],
      ['duckdb', '/app/data/notes.duckdb', 'SELECT 1;'],
    ]) {
      expect(await container.exec(...command)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/Could not set lock on file .*\(PID \d+\)/),
      });
    }
    // these need none
    expect((await container.exec('mxcp', 'list')).stdout).toContain('recall');
    expect((await container.exec('ls', '-la', '/app/data')).stdout).toContain('notes.duckdb');
  });

  it('is copied in: what its folder holds of data and secrets stays outside', async () => {
    const container = await started(await builtProject(notes, 'Dockerfile.project'), await volumes());
    expect((await callTool(container.url, 'remember', { text: 'copied' })).body.result).toMatchObject({
      structuredContent: { result: 'copied' },
    });
    const listed = (await container.exec('ls', '-A', '/app')).stdout
      .split(/\s+/)
      .filter((name) => name !== '');
    expect(listed.sort()).toEqual(['audit', 'data', 'drift', 'logs', 'mxcp-site.yml', 'tools', 'typescript']);
  });

  it('has Python endpoints: the warehouse example', async () => {
    const { options: mount } = project(join(examples, 'warehouse'));
    const container = await started(PYTHON_IMAGE, [...mount, ...(await volumes())]);
    const answer = await callTool(container.url, 'stock_report', { products: ['B-100'] });
    expect(JSON.stringify(answer.body.result)).toContain('Hamburg');
  });

  it.each([
    [
      'by its own Dockerfile',
      (): Promise<string> => builtProject(tables, 'Dockerfile.python-project'),
      false,
    ],
    ['by build argument, the project mounted', (): Promise<string> => Promise.resolve(PYTHON_IMAGE), true],
  ])('has packages in a requirements.txt: %s', async (_, image, isMounted) => {
    const { options: mount } = project(tables);
    const options = [...(isMounted ? mount : []), ...(await volumes())];
    const container = await started(await image(), options);
    const answer = await callTool(container.url, 'table', { rows: [['a', 'b']] });
    expect(answer.body.result).toMatchObject({ content: [{ text: 'a  b' }] });
  });

  it('has nothing left of processes that endpoint code started and forgot', async () => {
    const container = await started(PYTHON_IMAGE, [...project(tables).options, ...(await volumes())]);
    const { body } = await callTool(container.url, 'leave', {});
    const pid = /\d+/.exec(JSON.stringify(body.result?.['content']))?.[0];
    expect(pid).toBeDefined();
    await expect
      .poll(async () => (await container.exec('test', '-e', `/proc/${pid}`)).code, { timeout: 10_000 })
      .toBe(1);
  });

  it('is served under any user id', async () => {
    const { options: mount } = project();
    const options = [...mount, ...(await volumes()), '--user', '12345'];
    const container = await started(SERVER_IMAGE, options);
    expect((await container.exec('id', '-u')).stdout.trim()).toBe('12345');
    expect((await callTool(container.url, 'remember', { text: 'mine' })).body.error).toBeUndefined();
    expect((await container.exec('bash', '-c', 'cat /app/audit/*.jsonl')).stdout).toContain('remember');
  });

  it('brings its user file in config/', async () => {
    const { folder, options: mount } = project();
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config', 'config.yml'), 'mxcp: 1\nserver: { name: of-the-project }\n');
    const container = await started(SERVER_IMAGE, [...mount, ...(await volumes())]);
    const client = await httpClient(container.url, 'legacy');
    const server = client.getServerVersion();
    await client.close();
    expect(server?.name).toBe('of-the-project');
  });
});
