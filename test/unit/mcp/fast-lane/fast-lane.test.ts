import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/common/domain/json.js';
import { valueOutput, type Output } from '../../../../src/common/domain/output.js';
import { PolicyDeniedError } from '../../../../src/common/errors/endpoint-errors.js';
import { UnavailableError } from '../../../../src/common/errors/server-errors.js';
import { plainRequest } from '../../../../src/modules/mcp/fast-lane/plain-request.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';
import { anMcpServer } from '../../../builders/an-mcp.js';
import { aNode, aParameter } from '../../../builders/a-type-node.js';

const REVISION = '2026-07-28';
const envelope = {
  'io.modelcontextprotocol/protocolVersion': REVISION,
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
};

interface Asked {
  readonly method: string;
  readonly params?: JsonObject;
  readonly meta?: JsonObject;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly id?: JsonValue;
}

function message({ method, params = {}, meta = {}, id = 7 }: Asked): JsonObject {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...envelope, ...meta } } };
}

function headersOf({ method, params = {}, headers = {} }: Asked): Record<string, string> {
  const { name, uri } = params as { name?: string; uri?: string };
  const target = name ?? uri;
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': REVISION,
    'mcp-method': method,
    'x-correlation-id': 'same-1',
    ...(target === undefined ? {} : { 'mcp-name': target }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const endpoints = [
  anEndpoint({ returns: aNode('object'), outputSchema: { type: 'object' } }),
  anEndpoint({ id: 'bare', name: 'bare' }),
  anEndpoint({ id: 'denied', name: 'denied' }),
  anEndpoint({ id: 'away', name: 'away' }),
  anEndpoint({ id: 'broken', name: 'broken' }),
  anEndpoint({ id: 'asks', name: 'asks' }),
  anEndpoint({ id: 'big', name: 'big' }),
  anEndpoint({
    id: 'mirrored',
    name: 'mirrored',
    parameters: [aParameter('city', 'string', { mcpHeader: 'City' })],
    inputSchema: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
  }),
  anEndpoint({ kind: 'resource', id: 'demo://one', name: 'one' }),
  anEndpoint({ kind: 'resource', id: 'demo://{id}', name: 'many' }),
  anEndpoint({ kind: 'prompt', id: 'greet', name: 'greet' }),
];

function play(id: string, input: JsonValue): Output {
  if (id === 'denied') throw new PolicyDeniedError('not you', 'input', false);
  if (id === 'away') throw new UnavailableError('Server is shutting down');
  if (id === 'broken') throw new TypeError('a defect');
  if (id === 'big') return valueOutput({ n: 9007199254740993n });
  if (id === 'greet') return valueOutput([{ prompt: 'Hello', role: 'user', type: 'text' }]);
  return valueOutput(input);
}

function aServer(isFastLaneOff: boolean) {
  const server = anMcpServer({
    endpoints,
    isFastLaneOff,
    execute: async (endpoint, input, request) => {
      if (endpoint.id !== 'asks') return play(endpoint.id, input);
      const question = { kind: 'roots' } as const;
      await request.channel.ask([question]);
      return { kind: 'ask', questions: [question] };
    },
  });
  const answer = server.fastLane.answer.bind(server.fastLane);
  const taken: boolean[] = [];
  server.fastLane.answer = async (...given) => {
    const reply = await answer(...given);
    taken.push(reply !== null);
    return reply;
  };
  const post = (asked: Asked) =>
    server.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: headersOf(asked),
      payload: JSON.stringify(message(asked)),
    });
  return { ...server, post, taken };
}

/** The same request through both lanes. */
async function throughBoth(asked: Asked) {
  const [fast, sdk] = [aServer(false), aServer(true)];
  const [first, second] = [await fast.post(asked), await sdk.post(asked)];
  const shown = ({ statusCode, headers, body }: typeof first) => ({
    statusCode,
    type: headers['content-type'],
    buffering: headers['x-accel-buffering'],
    connection: headers.connection,
    body: JSON.parse(body) as unknown,
  });
  return { fast: shown(first), sdk: shown(second), isTaken: fast.taken[0] };
}

describe('both lanes answer alike', () => {
  it.each<[string, Asked]>([
    [
      'a tool with structured content',
      { method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } },
    ],
    ['a tool without arguments', { method: 'tools/call', params: { name: 'bare' } }],
    ['a text id', { method: 'tools/call', params: { name: 'bare' }, id: 'seven' }],
    ['integers beyond 2^53', { method: 'tools/call', params: { name: 'big' } }],
    ['an unknown tool', { method: 'tools/call', params: { name: 'nope' } }],
    ['a denial', { method: 'tools/call', params: { name: 'denied' } }],
    ['a server that is going away', { method: 'tools/call', params: { name: 'away' } }],
    ['a defect', { method: 'tools/call', params: { name: 'broken' } }],
    ['arguments that are no object', { method: 'tools/call', params: { name: 'echo', arguments: [1] } }],
    ['a capability that the client lacks', { method: 'tools/call', params: { name: 'asks' } }],
    ['tools/list', { method: 'tools/list' }],
    ['a bad cursor', { method: 'tools/list', params: { cursor: 'x' } }],
    ['resources/list', { method: 'resources/list' }],
    ['resources/templates/list', { method: 'resources/templates/list' }],
    ['resources/read', { method: 'resources/read', params: { uri: 'demo://one' } }],
    ['an unknown resource', { method: 'resources/read', params: { uri: 'demo://none/x' } }],
    ['prompts/list', { method: 'prompts/list' }],
    ['prompts/get', { method: 'prompts/get', params: { name: 'greet' } }],
    ['a client that says who it is', { method: 'tools/list', meta: clientInfo({ name: 'c', version: '1' }) }],
  ])('%s', async (_name, asked) => {
    const { fast, sdk, isTaken } = await throughBoth(asked);

    expect(isTaken).toBe(true);
    expect(fast).toEqual(sdk);
  });

  it('a question that the client answers by calling again, but for its seal', async () => {
    const asked = {
      method: 'tools/call',
      params: { name: 'asks' },
      meta: { 'io.modelcontextprotocol/clientCapabilities': { roots: {} } },
    };
    const { fast, sdk, isTaken } = await throughBoth(asked);
    const unsealed = ({ body }: typeof fast) => {
      const { result } = body as { result: Record<string, unknown> };
      return { ...result, requestState: typeof result['requestState'] };
    };

    expect(isTaken).toBe(true);
    expect(unsealed(fast)).toMatchObject({ resultType: 'input_required', requestState: 'string' });
    expect(unsealed(fast)).toEqual(unsealed(sdk));
  });
});

describe('what is left to the SDK', () => {
  const call = { method: 'tools/call', params: { name: 'echo' } };

  it.each<[string, Asked]>([
    ['another revision', { ...call, headers: { 'mcp-protocol-version': '2025-11-25' } }],
    ['a revision in the body that differs', { ...call, meta: version('2025-11-25') }],
    ['a missing method header', { ...call, headers: { 'mcp-method': undefined } }],
    ['a wrong method header', { ...call, headers: { 'mcp-method': 'tools/list' } }],
    ['a wrong name header', { ...call, headers: { 'mcp-name': 'other' } }],
    ['an encoded name header', { ...call, headers: { 'mcp-name': '=?base64?ZWNobw==?=' } }],
    ['a missing name header', { ...call, headers: { 'mcp-name': undefined } }],
    ['a name header where none belongs', { method: 'tools/list', headers: { 'mcp-name': 'x' } }],
    ['a session', { ...call, headers: { 'mcp-session-id': 'x' } }],
    ['a client that reads no streams', { ...call, headers: { accept: 'application/json' } }],
    ['another content type', { ...call, headers: { 'content-type': 'text/plain' } }],
    ['a progress token', { ...call, meta: { progressToken: 1 } }],
    ['a log level', { ...call, meta: { 'io.modelcontextprotocol/logLevel': 'info' } }],
    ['an unknown member of _meta', { ...call, meta: { other: 1 } }],
    ['capabilities that are none', { ...call, meta: { 'io.modelcontextprotocol/clientCapabilities': 1 } }],
    ['a client info that is none', { method: 'tools/list', meta: clientInfo({ name: 'c' }) }],
    ['answers', { ...call, params: { name: 'echo', inputResponses: {} } }],
    ['a state', { ...call, params: { name: 'echo', requestState: 'x' } }],
    ['an id that is none', { ...call, id: null }],
    ['a broken id', { ...call, id: 1.5 }],
    ['another method', { method: 'server/discover' }],
    ['an unknown method', { method: 'nothing/here' }],
    ['a name that is no text', { method: 'tools/call', params: { name: 1 } }],
  ])('%s', (_name, asked) => {
    expect(plainRequest(headersOf(asked), message(asked))).toBeNull();
  });

  it('no message at all, a batch, and a member that belongs to none', () => {
    const plain: JsonValue = message(call);
    const headers = headersOf(call);

    expect(plainRequest(headers, plain)).not.toBeNull();
    expect(plainRequest(headers, undefined)).toBeNull();
    expect(plainRequest(headers, [plain])).toBeNull();
    expect(plainRequest(headers, { ...message(call), extra: 1 })).toBeNull();
  });

  it('tools whose arguments are repeated in headers', async () => {
    const { fast, sdk, isTaken } = await throughBoth({
      method: 'tools/call',
      params: { name: 'mirrored', arguments: { city: 'Graz' } },
      headers: { 'mcp-param-city': 'Linz' },
    });

    expect(isTaken).toBe(false);
    expect(fast).toEqual(sdk);
    expect(fast.statusCode).toBe(400);
  });
});

describe('the end of the server', () => {
  it('waits for what the lane answers', async () => {
    const { promise, resolve } = Promise.withResolvers<Output>();
    const server = anMcpServer({ endpoints, execute: () => promise });
    const asked = { method: 'tools/call', params: { name: 'bare' } };
    const reply = server.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: headersOf(asked),
      payload: JSON.stringify(message(asked)),
    });
    await expect.poll(() => server.caller.requests.length).toBe(1);

    let isClosed = false;
    const closed = server.lane.close().then(() => {
      isClosed = true;
    });
    await new Promise((turn) => setImmediate(turn));
    expect(isClosed).toBe(false);

    resolve(valueOutput('done'));
    await closed;
    expect((await reply).json()).toMatchObject({ result: { content: [{ text: 'done' }] } });
  });
});

function clientInfo(info: JsonObject): JsonObject {
  return { 'io.modelcontextprotocol/clientInfo': info };
}

function version(revision: string): JsonObject {
  return { 'io.modelcontextprotocol/protocolVersion': revision };
}
