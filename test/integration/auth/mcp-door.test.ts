import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/common/domain/secret.js';
import { aDoor, list } from '../../builders/a-door.js';
import { LocalProvider } from '../../fakes/local-provider.js';
import { ScriptedVerifier } from '../../fakes/scripted-verifier.js';

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});
const metadata = 'resource_metadata="http://127.0.0.1:8000/.well-known/oauth-protected-resource/mcp"';

let provider: LocalProvider;
beforeEach(async () => {
  provider = await LocalProvider.start();
});
afterEach(() => provider[Symbol.asyncDispose]());

describe('a request without a valid identity', () => {
  it.each(['GET', 'DELETE'] as const)('is refused for %s as well', async (method) => {
    const { server } = await aDoor(provider);
    expect((await server.app.inject({ method, url: '/mcp' })).statusCode).toBe(401);
  });

  it('is refused before its body is read', async () => {
    const { post } = await aDoor(provider);
    expect((await post({}, '{"not json')).statusCode).toBe(401);
  });

  it('gains nothing by a token in the query', async () => {
    const { post, token } = await aDoor(provider);
    const reply = await post({}, list, `/mcp?access_token=${await token()}`);
    expect(reply.headers['www-authenticate']).toBe(`Bearer ${metadata}`);
  });

  it('gains nothing by a session', async () => {
    const { bearer, post, token } = await aDoor(provider);
    const begun = await bearer(await token(), {}, initialize);
    const session = { 'mcp-session-id': String(begun.headers['mcp-session-id']) };
    expect((await post(session)).statusCode).toBe(401);
    expect((await bearer(await token(), session)).statusCode).toBe(200);
  });

  it('gains nothing by a second Authorization header', async () => {
    const { server, token } = await aDoor(provider);
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const valid = `Authorization: Bearer ${await token()}`;
    const answered = async (headers: readonly string[]): Promise<string> => {
      const socket = connect((server.app.server.address() as AddressInfo).port, '127.0.0.1');
      const lines = ['POST /mcp HTTP/1.1', 'Host: 127.0.0.1:8000', 'Connection: close', ...headers];
      socket.write(
        [...lines, 'Content-Type: application/json', `Content-Length: ${list.length}`, '', list].join('\r\n'),
      );
      return (await text(socket)).split('\r\n')[0]!;
    };
    expect(await answered([valid])).toContain(' 200 ');
    expect(await answered([valid, 'authorization: Bearer other'])).toContain(' 401 ');
    await server.app.close();
  });
});

describe('a provider that is away', () => {
  it('makes a request wait, not fail', async () => {
    const { bearer, token, events } = await aDoor(provider);
    const valid = await token();
    provider.answer = () => 'silence';
    const reply = await bearer(valid);
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['retry-after']).toBe('5');
    expect(reply.json()).toMatchObject({
      error: { code: 50301, data: { correlationId: expect.any(String) } },
    });
    expect(events).toMatchObject([{ reason: 'provider_error' }]);
  });

  it('is not missed by an API key', async () => {
    const { post } = await aDoor(provider, {
      auth: { apiKeys: [{ name: 'ci', key: new Secret('0123456789abcdef') }] },
    });
    provider.answer = () => 'silence';
    expect((await post({ 'x-api-key': '0123456789abcdef' })).statusCode).toBe(200);
  });
});

describe('required scopes', () => {
  it('are asked of every token', async () => {
    const { bearer, token } = await aDoor(provider, { auth: { requiredScopes: ['x'] } });
    expect((await bearer(await token({ scope: 'x y' }))).statusCode).toBe(200);
    const reply = await bearer(await token({ scope: 'y' }));
    expect(reply.statusCode).toBe(403);
    expect(reply.headers['www-authenticate']).toBe(
      `Bearer error="insufficient_scope", error_description="Required scope: x", scope="x", ${metadata}`,
    );
    expect(reply.json()).toMatchObject({ error: 'insufficient_scope' });
  });

  it('follow a reload', async () => {
    const { bearer, token, reload } = await aDoor(provider);
    const valid = await token({ scope: 'y' });
    expect((await bearer(valid)).statusCode).toBe(200);
    reload({ requiredScopes: ['x'] });
    expect((await bearer(valid)).statusCode).toBe(403);
  });
});

describe('a session of the legacy era', () => {
  it.each([
    ['another user', { sub: 'u-2' }],
    ['the same user through another client', { client_id: 'other' }],
  ])('does not exist for %s', async (_name, other) => {
    const { bearer, token } = await aDoor(provider);
    const owner = await token({ client_id: 'desk' });
    const begun = await bearer(owner, {}, initialize);
    const session = { 'mcp-session-id': String(begun.headers['mcp-session-id']) };
    const stranger = await token({ client_id: 'desk', ...other });
    for (const [who, status] of [
      [owner, 200],
      [stranger, 404],
      [owner, 200],
      [stranger, 404],
    ] as const) {
      expect((await bearer(who, session)).statusCode).toBe(status);
    }
    // a new token of the same user and client goes on
    expect((await bearer(await token({ client_id: 'desk', jti: 'next' }), session)).statusCode).toBe(200);
  });

  it('runs each call as who sent it', async () => {
    const { bearer, token, server } = await aDoor(provider);
    const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}';
    await bearer(await token({ sub: 'u-1' }), {}, call);
    await bearer(await token({ sub: 'u-2' }), {}, call);
    expect(server.caller.requests.map(({ principal }) => principal.userId)).toEqual(['u-1', 'u-2']);
  });
});

describe('a token that is taken back', () => {
  it('is refused at once, and its sign-in no longer counted', async () => {
    const verifier = new ScriptedVerifier();
    verifier.knows('t', { grantId: 'g-1' });
    let taken: (grantId: string) => void = () => undefined;
    const { bearer, metrics } = await aDoor(provider, {
      source: {
        verifier,
        issuer: () => Promise.resolve('http://127.0.0.1:8000'),
        onGrantDeleted: (listener) => {
          taken = listener;
        },
        mount: () => undefined,
        close: () => Promise.resolve(),
      },
    });
    const signedIn = () => [...metrics.sessions.values()].map((read) => read());
    expect((await bearer('t')).statusCode).toBe(200);
    expect(signedIn()).toEqual([1]);
    verifier.forgets('t');
    taken('g-1');
    expect((await bearer('t')).statusCode).toBe(401);
    expect(signedIn()).toEqual([0]);
  });
});
