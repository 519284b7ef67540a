import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examples, mxcp, projectCopy } from '../support/command.ts';

describe('the example warehouse, in Python', () => {
  const project = projectCopy(join(examples, 'warehouse'));

  afterAll(() => {
    project.remove();
  });

  async function run(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await mxcp(['run', ...args, '--json'], { cwd: project.folder });
    expect(code, stdout + stderr).toBe(0);
    return (JSON.parse(stdout) as { result: unknown }).result;
  }

  it('is valid, without a warning', async () => {
    const { code, stdout } = await mxcp(['validate', '--strict', '--json'], { cwd: project.folder });

    expect(code, stdout).toBe(0);
  });

  it('answers SQL that calls its plugin', async () => {
    expect(await run('tool', 'site_weights')).toMatchObject([
      { site: 'Rotterdam', kilograms: 9986.4, weight: '10.0 t' },
      { site: 'Hamburg' },
      { site: 'Gdansk' },
    ]);
  });

  it('counts in an asynchronous function what its start hook found', async () => {
    expect(await run('tool', 'stock_report', '--param', 'products=["B-100"]')).toEqual({
      total: 1840,
      sites: [
        { site: 'Gdansk', quantity: 0 },
        { site: 'Hamburg', quantity: 640 },
        { site: 'Rotterdam', quantity: 1200 },
      ],
    });
  });

  it('reads a resource whose SQL calls the plugin', async () => {
    expect(await run('resource', 'warehouse://{site}', '--param', 'site=Gdansk')).toHaveLength(2);
  });
});
