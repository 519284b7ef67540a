import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examples, mxcp, projectCopy, repository } from '../support/command.ts';

describe.each(['earthquakes', 'network', 'people'])('the example %s', (name) => {
  const project = projectCopy(join(examples, name));

  afterAll(() => {
    project.remove();
  });

  it('is valid, without a warning', async () => {
    const { code, stdout } = await mxcp(['validate', '--strict', '--json'], { cwd: project.folder });

    expect(code, stdout).toBe(0);
  });
});

describe('the example network', () => {
  const project = projectCopy(join(examples, 'network'));

  afterAll(() => {
    project.remove();
  });

  it('runs TypeScript that asks the system and the database', async () => {
    const run = async (...args: readonly string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await mxcp(['run', ...args, '--json-output'], { cwd: project.folder });
      expect(code, stdout + stderr).toBe(0);
      return (JSON.parse(stdout) as { result: unknown }).result;
    };

    expect(await run('tool', 'network_interfaces', '--param', 'family=IPv4')).toContainEqual(
      expect.objectContaining({ address: '127.0.0.1', internal: true }),
    );
    expect(await run('tool', 'find_hosts', '--param', 'site=office')).toMatchObject([
      { name: 'printer', port: 9100 },
      { name: 'wiki', port: 8080 },
    ]);
    expect(await run('resource', 'host://wiki')).toMatchObject([
      { type: 'text', text: 'wiki listens on 127.0.0.1:8080 in office' },
    ]);
  });

  it('has the types of mxcp-server/runtime for editors', () => {
    const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(examples, 'network')]);

    expect(status, stdout.toString()).toBe(0);
  });

  it('fails on the command line, where nobody can be asked, with the line in the log', async () => {
    const { code, stderr } = await mxcp(['run', 'tool', 'check_site', '--param', 'site=office'], {
      cwd: project.folder,
    });

    expect(code).toBe(1);
    expect(stderr).toContain('"file":"typescript/hosts.ts","line":28');
    expect(stderr).toContain(
      'Error: The endpoint asks its caller, and the command line cannot answer; call it from an MCP client',
    );
  });
});

describe('piped output', () => {
  it('has no colour, also where a build server says CI', async () => {
    const { stdout } = await mxcp(['list'], { cwd: join(examples, 'earthquakes'), env: { CI: 'true' } });

    expect(stdout).toContain('find_earthquakes');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('--help and --version', () => {
  it('name the version', async () => {
    const { stdout } = await mxcp(['--version'], { cwd: '/' });

    expect(stdout).toMatch(/^mxcp \d+\.\d+\.\d+\n$/);
  });
});
