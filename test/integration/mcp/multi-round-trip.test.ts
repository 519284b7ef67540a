import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/common/domain/json.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import type { Question } from '../../../src/common/domain/question.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FakeAuthenticator } from '../../fakes/fake-authenticator.js';
import { anMcpServer } from '../../builders/an-mcp.js';

const confirm: Question = {
  kind: 'form',
  message: 'Delete it?',
  schema: { type: 'object', title: 'Confirm', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
};
const accepted = { confirm: { action: 'accept', content: { ok: true } } };

interface Body {
  readonly result?: { readonly requestState?: string };
  readonly error?: JsonObject;
}

/** A tool `delete` that asks first, behind `/mcp` of callers named by the header `x-user`. */
function aServer() {
  const runs: JsonValue[] = [];
  const server = anMcpServer({
    endpoints: [anEndpoint({ id: 'delete', name: 'delete' }), anEndpoint({ id: 'drop', name: 'drop' })],
    execute: async (endpoint, _input, { channel }) => {
      runs.push(endpoint.id);
      const answers = await channel.ask([confirm]);
      return answers === null ? { kind: 'ask', questions: [confirm] } : valueOutput('deleted');
    },
    authenticator: new FakeAuthenticator(({ headers }) => {
      const userId = String(headers['x-user'] ?? 'ada');
      return { ...anonymous, provider: 'keycloak', userId };
    }),
  });
  const call = async (
    more: JsonObject = {},
    options: { name?: string; args?: JsonObject; user?: string; capabilities?: JsonObject } = {},
  ) => {
    const { name = 'delete', args = { id: 1 }, user = 'ada' } = options;
    const capabilities = options.capabilities ?? { elicitation: {} };
    const reply = await server.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': name,
        'x-user': user,
      },
      payload: {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          name,
          arguments: args,
          ...more,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': capabilities,
          },
        },
      },
    });
    return { status: reply.statusCode, body: reply.json<Body>() };
  };
  const asked = async (): Promise<string> => (await call()).body.result?.requestState ?? '';
  return { ...server, runs, call, asked };
}

const refusal = { code: -32602, message: 'Invalid or expired requestState; call again without it' };

describe('a question of the modern era', () => {
  it('is the result of the call, with what the client has to bring back', async () => {
    const { status, body } = await aServer().call();

    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        confirm: { method: 'elicitation/create', params: { message: 'Delete it?' } },
      },
      requestState: expect.any(String),
    });
  });

  it('is answered by calling again', async () => {
    const server = aServer();
    const requestState = await server.asked();

    const { body } = await server.call({ requestState, inputResponses: accepted });

    expect(body.result).toMatchObject({ resultType: 'complete', content: [{ text: 'deleted' }] });
    expect(server.runs).toEqual(['delete', 'delete']);
  });

  it.each([
    ['of another user', { user: 'eve' }],
    ['of another tool', { name: 'drop' }],
    ['of other arguments', { args: { id: 2 } }],
  ])('takes no state %s, and runs nothing', async (_whose, other) => {
    const server = aServer();
    const requestState = await server.asked();

    const { body } = await server.call({ requestState, inputResponses: accepted }, other);

    expect(body.error).toMatchObject(refusal);
    expect(server.runs).toHaveLength(1);
  });

  it.each([
    (state: string) => `${state}-TAMPERED`,
    (state: string) => state.toUpperCase(),
    () => '',
    () => 7,
  ])('takes no state that was changed, and runs nothing (%#)', async (change) => {
    const server = aServer();
    const requestState = change(await server.asked());

    const { body } = await server.call({ requestState, inputResponses: accepted });

    expect(body.error).toMatchObject(refusal);
    expect(server.runs).toHaveLength(1);
  });

  it('waits ten minutes for its answer', async () => {
    const server = aServer();
    const requestState = await server.asked();
    server.clock.advance(10 * 60_000 + 1);

    const { body } = await server.call({ requestState, inputResponses: accepted });

    expect(body.error).toMatchObject(refusal);
    expect(server.runs).toHaveLength(1);
  });

  it('is not asked of a client that cannot answer: 400 names the capability', async () => {
    const { status, body } = await aServer().call({}, { capabilities: { sampling: {} } });

    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: { form: {} } } },
    });
  });
});
