import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { User, walkNetwork, walkUnasked, walkWarehouse } from '../support/asking-walk.ts';
import { httpClient, stdioClient, type ClientParts, type Era } from '../support/client.ts';
import { examples, projectCopy } from '../support/command.ts';
import { startServer } from '../support/server.ts';

const walks = { warehouse: walkWarehouse, network: walkNetwork };
const calls = {
  warehouse: { name: 'reserve', arguments: { site: 'Hamburg', product: 'S-330' } },
  network: { name: 'check_site', arguments: { site: 'lab' } },
};

const ways = (['warehouse', 'network'] as const).flatMap((example) =>
  (['legacy', 'modern'] as const).flatMap((era) =>
    (['http', 'stdio'] as const).map((transport) => ({ example, era, transport })),
  ),
);

/** Starts the example's own server for one test, since reservations live as long as it. */
async function started(example: string, transport: string) {
  const project = projectCopy(join(examples, example));
  const server = transport === 'http' ? await startServer(project.folder) : null;
  const connect = (era: Era, parts: ClientParts) =>
    server === null ? stdioClient(project.folder, era, {}, parts) : httpClient(server.url, era, parts);
  const stop = async (): Promise<void> => {
    if (server !== null) expect(await server.stop()).toBe(0);
    project.remove();
  };
  return { connect, stop };
}

describe.each(ways)('the example $example in the $era era over $transport', ({ example, era, transport }) => {
  it('asks the user, and explains itself to a client that has none', async () => {
    const { connect, stop } = await started(example, transport);
    const user = new User();

    const client = await connect(era, user.parts);
    await walks[example](client, user);
    await client.close();
    const lonely = await connect(era, {});
    await walkUnasked(lonely, calls[example]);
    await lonely.close();
    await stop();
  });
});
