import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpClient, type Era } from '../support/client.ts';
import { examples, projectCopy } from '../support/command.ts';
import { walkEarthquakes } from '../support/example-walk.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const eras: readonly Era[] = ['legacy', 'modern'];

describe.each([
  ['with sessions', []],
  ['stateless', ['--stateless']],
])('the official client over HTTP, %s', (_name, args: string[]) => {
  const project = projectCopy(join(examples, 'earthquakes'));
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(project.folder, args);
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    project.remove();
  });

  it.each(eras)('lists and uses every endpoint of the example in the %s era', async (era) => {
    const client = await httpClient(server.url, era);

    await walkEarthquakes(client);
    await client.close();
  });

  it.each(eras)('explains a bad argument so that a model can repair it, in the %s era', async (era) => {
    const client = await httpClient(server.url, era);

    const result = await client.callTool({ name: 'daily_summary', arguments: { day: 'yesterday' } });

    expect(result.isError).toBe(true);
    expect(result.content).toMatchObject([
      { type: 'text', text: expect.stringMatching(/^Error executing tool daily_summary: .*\nday\n {2}/s) },
    ]);
    await client.close();
  });
});
