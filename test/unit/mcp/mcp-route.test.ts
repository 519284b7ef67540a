import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../src/common/domain/principal.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { ExecutionCancelledError } from '../../../src/common/errors/endpoint-errors.js';
import { UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { UnavailableError } from '../../../src/common/errors/server-errors.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FakeAuthenticator } from '../../fakes/fake-authenticator.js';
import { anMcpServer, type McpParts } from '../../builders/an-mcp.js';
import { aNode } from '../../builders/a-type-node.js';

const both = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const bare = { 'content-type': 'application/json', accept: '*/*' };
const initialize = rpc('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
});
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function rpc(method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

function aServer(parts: McpParts = {}) {
  const echo = anEndpoint({ returns: aNode('object'), outputSchema: { type: 'object' } });
  const server = anMcpServer({ endpoints: [echo], execute: (_e, input) => valueOutput(input), ...parts });
  const post = (payload: string, headers: Record<string, string> = both, more: InjectOptions = {}) =>
    server.app.inject({ method: 'POST', url: '/mcp', headers, payload, ...more });
  const modern = (method: string, params: object = {}, name?: string) =>
    post(rpc(method, { ...params, _meta: envelope }), {
      ...both,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    });
  return { ...server, post, modern };
}

/** The JSON of the one event of a stream. */
function event(body: string): unknown {
  return JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? 'null');
}

describe('a bare POST', () => {
  it('is answered alone, as JSON', async () => {
    const reply = await aServer().post(rpc('tools/list'), bare);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toContain('application/json');
    expect(reply.headers).not.toHaveProperty('mcp-session-id');
    expect(reply.json()).toMatchObject({ id: 1, result: { tools: [{ name: 'echo' }] } });
  });

  it('hears nothing of what its endpoint says meanwhile', async () => {
    const server = aServer({
      execute: (_endpoint, _input, { channel }) => {
        channel.progress(1);
        channel.log('error', 'x');
        return valueOutput({ a: 1 });
      },
    });
    const params = { name: 'echo', arguments: {}, _meta: { progressToken: 1 } };

    const reply = await server.post(rpc('tools/call', params), bare);

    expect(reply.json()).toMatchObject({ id: 1, result: { structuredContent: { a: 1 } } });
  });

  it('cannot be asked anything', async () => {
    const server = aServer({
      execute: async (_endpoint, _input, { channel }) => {
        await channel.ask([{ kind: 'roots' }]);
        return valueOutput(null);
      },
    });

    const reply = await server.post(rpc('tools/call', { name: 'echo' }), bare);

    expect(reply.json()).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining('no session') }] },
    });
  });

  it('may be sent as a form, unless a web page sends it', async () => {
    const form = { ...bare, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await aServer().post(rpc('tools/list'), form)).statusCode).toBe(200);
    const fromPage = await aServer().post(rpc('tools/list'), { ...form, origin: 'http://localhost' });
    expect(fromPage.statusCode).toBe(415);
  });

  it('may initialize without getting a session', async () => {
    const server = aServer();
    const reply = await server.post(initialize, bare);
    expect(reply.json()).toMatchObject({
      result: {
        protocolVersion: '2025-06-18',
        serverInfo: { name: 'MXCP Server' },
        capabilities: {
          tools: { listChanged: true },
          resources: { listChanged: true },
          prompts: { listChanged: true },
          completions: {},
        },
      },
    });
    expect(server.sessions.size).toBe(0);
  });
});

describe('a session of the legacy era', () => {
  async function begun(parts: McpParts = {}) {
    const server = aServer(parts);
    const reply = await server.post(initialize);
    const session = { ...both, 'mcp-session-id': String(reply.headers['mcp-session-id']) };
    return { ...server, session };
  }

  it('begins with initialize and answers calls on streams', async () => {
    const { post, session, caller } = await begun();
    const reply = await post(rpc('tools/call', { name: 'echo', arguments: { a: 1 } }), session);
    expect(reply.headers['content-type']).toBe('text/event-stream');
    expect(reply.headers['x-accel-buffering']).toBe('no');
    expect(event(reply.body)).toMatchObject({ result: { structuredContent: { a: 1 }, isError: false } });
    expect(caller.requests[0]).toMatchObject({ sessionId: session['mcp-session-id'] });
  });

  it('ends with DELETE, and is unknown after that', async () => {
    const { app, post, session } = await begun();
    const gone = await app.inject({
      method: 'DELETE',
      url: '/mcp',
      headers: { 'mcp-session-id': session['mcp-session-id'] },
    });
    expect(gone.statusCode).toBe(200);
    const reply = await post(rpc('tools/list'), session);
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toHaveProperty('error.message', 'Session not found; send initialize again');
  });

  it('ends with a DELETE that names a type of the body it has not', async () => {
    const { app, session, sessions } = await begun();
    const gone = await app.inject({ method: 'DELETE', url: '/mcp', headers: session });
    expect(gone.statusCode).toBe(200);
    expect(sessions.size).toBe(0);
  });

  it('ends the stream of a request that its client cancels, without an answer', async () => {
    const { promise: started, resolve: start } = Promise.withResolvers<undefined>();
    const { post, session } = await begun({
      execute: (_endpoint, _input, { signal }) => {
        start(undefined);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new ExecutionCancelledError());
          });
        });
      },
    });
    const stream = post(rpc('tools/call', { name: 'echo', arguments: {} }), session);
    await started;
    const cancellation = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    expect((await post(JSON.stringify(cancellation), session)).statusCode).toBe(202);
    expect((await stream).body).not.toContain('data:');
    // the id is free for another request, as if the first had been answered
    const next = await post(rpc('tools/list'), session);
    expect(event(next.body)).toMatchObject({ id: 1, result: { tools: [{ name: 'echo' }] } });
  });

  it('ends by itself after half an hour without a request', async () => {
    const { post, session, clock } = await begun();
    clock.advance(29 * 60_000);
    expect((await post(rpc('tools/list'), session)).statusCode).toBe(200);
    clock.advance(31 * 60_000);
    expect((await post(rpc('tools/list'), session)).statusCode).toBe(404);
  });

  it('makes room for a new one when there are too many', async () => {
    const { post, session, sessions } = await begun({ sessionLimit: 2 });
    await post(initialize);
    await post(initialize);
    expect(sessions.size).toBe(2);
    expect((await post(rpc('tools/list'), session)).statusCode).toBe(404);
  });

  it('needs its id where a version is named', async () => {
    const reply = await aServer().post(rpc('tools/list'), { ...both, 'mcp-protocol-version': '2025-06-18' });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({
      error: { message: 'Bad Request: Mcp-Session-Id header is required' },
    });
  });
});

describe('the stream of a session', () => {
  it('opens at once, and can be opened again when its client has gone', async () => {
    const { app, lane, post } = aServer();
    const session = String((await post(initialize)).headers['mcp-session-id']);
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/mcp`;
    const headers = { accept: 'text/event-stream', 'mcp-session-id': session };
    const client = new AbortController();
    const first = await fetch(url, { headers, signal: client.signal });
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    const again = async (): Promise<number> => {
      const reply = await fetch(url, { headers });
      await reply.body?.cancel();
      return reply.status;
    };
    expect(await again()).toBe(409);
    client.abort();
    await expect.poll(again).toBe(200);
    await lane.close();
    await app.close();
  });
});

describe('stateless mode', () => {
  it('hands out no session and has no stream to GET', async () => {
    const { app, post } = aServer({ http: { stateless: true } });
    const reply = await post(initialize);
    expect(reply.headers).not.toHaveProperty('mcp-session-id');
    expect(event(reply.body)).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
    const versioned = { ...both, 'mcp-protocol-version': '2025-06-18' };
    expect(event((await post(rpc('tools/list'), versioned)).body)).toMatchObject({ result: { tools: [{}] } });
    const stream = await app.inject({ method: 'GET', url: '/mcp', headers: { accept: 'text/event-stream' } });
    expect([stream.statusCode, stream.body]).toEqual([405, expect.stringContaining('of an MCP server')]);
  });
});

describe('the modern era', () => {
  it('answers as JSON, with result type, server and cache hints', async () => {
    const reply = await aServer().modern('tools/list');
    expect(reply.json()).toMatchObject({
      result: {
        resultType: 'complete',
        ttlMs: 300_000,
        cacheScope: 'public',
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'MXCP Server' } },
      },
    });
  });

  it('says in server/discover what it can, and for how long', async () => {
    const reply = await aServer().modern('server/discover');
    expect(reply.json()).toMatchObject({
      result: { supportedVersions: ['2026-07-28'], capabilities: { completions: {} }, ttlMs: 300_000 },
    });
  });

  it('answers unknown methods with 404 and -32601', async () => {
    const reply = await aServer().modern('nothing/here');
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  it('refuses headers that disagree with the body', async () => {
    const reply = await aServer().modern('tools/call', { name: 'echo' }, 'other');
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: -32020 } });
  });

  it('goes out with the status that the error names', async () => {
    const { modern } = aServer({
      execute: () => {
        throw new UnavailableError('Server is shutting down');
      },
    });
    const reply = await modern('tools/call', { name: 'echo' }, 'echo');
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['connection']).toBe('close');
    expect(reply.json()).toMatchObject({ error: { code: 50301, message: 'Server is shutting down' } });
  });
});

describe('every request', () => {
  it.each(['legacy', 'modern'])('keeps all digits of integers, in the %s era', async (era) => {
    const { post, caller } = aServer();
    const meta = era === 'modern' ? `,"_meta":${JSON.stringify(envelope)}` : '';
    const headers =
      era === 'modern'
        ? { ...both, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' }
        : bare;
    const reply = await post(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":9007199254740993}${meta}}}`,
      headers,
    );
    expect(caller.requests[0]?.arguments).toEqual({ n: 9007199254740993n });
    expect(reply.body).toContain('"structuredContent":{"n":9007199254740993}');
  });

  it('carries its correlation id, which the caller may choose', async () => {
    const { post, caller } = aServer();
    const call = rpc('tools/call', { name: 'echo' });
    const chosen = await post(call, { ...bare, 'x-correlation-id': 'abc-1' });
    expect(chosen.headers['x-correlation-id']).toBe('abc-1');
    expect(caller.requests[0]?.correlationId).toBe('abc-1');
    const made = await post(call, { ...bare, 'x-correlation-id': 'not sane!' });
    expect(made.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('hides credentials from endpoints', async () => {
    const { post, caller } = aServer();
    await post(rpc('tools/call', { name: 'echo' }), {
      ...bare,
      authorization: 'Bearer s',
      cookie: 's',
      'x-api-key': 's',
      'x-team': 'blue',
    });
    expect(caller.requests[0]?.headers).toMatchObject({ 'x-team': 'blue' });
    expect(Object.values(caller.requests[0]?.headers ?? {})).not.toContain('s');
    expect(caller.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is aborted when the client goes away', async () => {
    const seen = Promise.withResolvers<AbortSignal>();
    const { lane } = aServer({
      execute: (_endpoint, _input, request) => {
        seen.resolve(request.signal);
        return new Promise(() => undefined);
      },
    });
    const gone = new AbortController();
    const request = new Request('http://localhost/mcp', { method: 'POST', headers: bare });
    const caller = {
      principal: anonymous,
      origin: 'http',
      headers: {},
      correlationId: 'c',
      client: { ip: null, userAgent: null },
      requestBytes: 0,
    } as const;
    void lane.serve(
      request,
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } },
      { caller, ended: gone.signal, httpStatus: 200 },
    );
    const signal = await seen.promise;
    expect(signal.aborted).toBe(false);
    gone.abort();
    expect(signal.aborted).toBe(true);
  });

  it('is refused without an identity', async () => {
    const { post } = aServer({
      authenticator: new FakeAuthenticator(() => {
        throw new UnauthenticatedError();
      }),
    });
    const reply = await post(rpc('tools/list'), bare);
    expect(reply.statusCode).toBe(401);
    expect(reply.json()).toMatchObject({ error: 'unauthorized' });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  it('is refused when it is no message', async () => {
    const { post } = aServer();
    for (const [payload, code] of [
      ['{"jsonrpc"', -32700],
      ['', -32700],
      ['{"a":1}', -32600],
      ['['.repeat(65) + ']'.repeat(65), -32600],
    ] as const) {
      const reply = await post(payload);
      expect([reply.statusCode, reply.json<{ error: { code: number } }>().error.code]).toEqual([400, code]);
    }
  });

  it('is refused when its body is too large', async () => {
    const { post } = aServer({ http: { bodyLimit: 100 } });
    const reply = await post(rpc('tools/list', { filler: 'x'.repeat(200) }));
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toMatchObject({
      error: { code: -32600, message: 'Request body exceeds 100 bytes' },
    });
    expect(reply.headers['connection']).not.toBe('close');
  });

  it('is measured and noted', async () => {
    const { post, metrics, log } = aServer();
    await post(rpc('tools/list'), bare);
    expect(metrics.http).toEqual([{ method: 'POST', route: '/mcp', status: 200 }]);
    expect(log.lines.at(-1)).toMatchObject({ logger: 'access', message: 'POST /mcp 200' });
    expect(log.lines.at(-1)?.fields).not.toHaveProperty('ip');
  });
});
