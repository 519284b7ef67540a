import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpClient, type Era } from '../support/client.ts';
import { projectCopy, repository } from '../support/command.ts';
import { Heard, walkChange, walkProtocol } from '../support/protocol-walk.ts';
import { modernRequest } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const key = 'a key that both of the servers know';

describe('what endpoints do for clients over HTTP', () => {
  const project = projectCopy(join(repository, 'e2e', 'projects', 'conformance'));
  const other = projectCopy(join(repository, 'e2e', 'projects', 'conformance'));
  let server: RunningServer;
  let replica: RunningServer;

  beforeAll(async () => {
    server = await startServer(project.folder, [], { MXCP_REQUEST_STATE_KEY: key });
    replica = await startServer(other.folder, [], { MXCP_REQUEST_STATE_KEY: key });
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await replica.stop();
    project.remove();
    other.remove();
  });

  it.each<Era>(['legacy', 'modern'])('works with the official client in the %s era', async (era) => {
    const heard = new Heard();
    const client = await httpClient(server.url, era, heard.parts);

    await walkProtocol(client, heard);
    await walkChange(client, era, heard);
    await client.close();
  });

  it('goes on with a question on another replica of the same key', async () => {
    const tool = { name: 'test_input_required_result_request_state', arguments: {} };
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const asked = await modernRequest(server.url, 'tools/call', { ...tool, _meta: capabilities });

    const { body } = await modernRequest(replica.url, 'tools/call', {
      ...tool,
      _meta: capabilities,
      requestState: asked.body.result?.['requestState'],
      inputResponses: { confirm: { action: 'accept', content: { ok: true } } },
    });

    expect(body.result).toMatchObject({ content: [{ text: 'state-ok: accept' }] });
  });
});
