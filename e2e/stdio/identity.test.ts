import { afterAll, describe, expect, it } from 'vitest';
import { AuthFolder } from '../support/auth-project.ts';
import { stdioClient, textOf } from '../support/client.ts';
import { mxcp } from '../support/command.ts';

const project = new AuthFolder();
const ann = { username: 'ann', email: 'ann@example.test' };

afterAll(() => project.remove());

describe.each(['legacy', 'modern'] as const)('over stdio (%s era)', (era) => {
  it('MXCP_USER_CONTEXT says who calls', async () => {
    const client = await stdioClient(project.folder, era, { MXCP_USER_CONTEXT: JSON.stringify(ann) });

    const result = await client.callTool({ name: 'whoami', arguments: {} });

    expect(JSON.parse(textOf(result))).toEqual({ ...ann, provider: 'env' });
    await client.close();
  });

  it('nobody calls without it', async () => {
    const client = await stdioClient(project.folder, era);

    const result = await client.callTool({ name: 'whoami', arguments: {} });

    expect(JSON.parse(textOf(result))).toEqual({ username: null, email: null, provider: null });
    await client.close();
  });
});

it('--user-context says who calls on the command line', async () => {
  const args = ['run', 'tool', 'whoami', '--json-output', '--user-context', JSON.stringify(ann)];

  const { stdout } = await mxcp(args, { cwd: project.folder });

  expect(stdout).toContain('"ann@example.test"');
  expect(stdout).toContain('"cli"');
});
