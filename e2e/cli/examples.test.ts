import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examples, mxcp, projectCopy } from '../support/command.ts';

describe.each(['earthquakes', 'people'])('the example %s', (name) => {
  const project = projectCopy(join(examples, name));

  afterAll(() => {
    project.remove();
  });

  it('is valid, without a warning', async () => {
    const { code, stdout } = await mxcp(['validate', '--strict', '--json'], { cwd: project.folder });

    expect(code, stdout).toBe(0);
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
  it.each([['init'], ['serve'], ['run'], ['query'], ['validate'], ['list']])(
    'explain %s',
    async (command) => {
      const { code, stdout, stderr } = await mxcp([command, '--help'], { cwd: '/' });

      expect(stdout).toContain(`Usage: mxcp ${command}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  it('name the version', async () => {
    const { stdout } = await mxcp(['--version'], { cwd: '/' });

    expect(stdout).toMatch(/^mxcp \d+\.\d+\.\d+\n$/);
  });
});
