import { afterEach, describe, expect, it, vi } from 'vitest';
import { anAuthorization, anIssuer, REDIRECT, waiting } from '../../../builders/an-issuer.js';

const day = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

describe('registering', () => {
  it('gives a public client an id', async () => {
    const server = anIssuer();
    const reply = await server.register({
      client_name: 'Desk',
      redirect_uris: [REDIRECT, 'cursor://anysphere.cursor-mcp/oauth/callback'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      software_id: 'desk-1',
      contacts: ['ops@example.test'],
      client_uri: '',
      surprise: { nested: true },
    });

    expect(reply.statusCode).toBe(201);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.json()).toEqual({
      client_id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'Desk',
      redirect_uris: [REDIRECT, 'cursor://anysphere.cursor-mcp/oauth/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      software_id: 'desk-1',
      contacts: ['ops@example.test'],
    });
  });

  it('gives a client that names no method a secret, which opens the token endpoint either way', async () => {
    const server = anIssuer();
    const client = (await server.register({ redirect_uris: [REDIRECT] })).json<Record<string, string>>();

    expect(client).toMatchObject({
      token_endpoint_auth_method: 'client_secret_post',
      client_secret: expect.stringMatching(/^[\da-f]{64}$/),
      client_secret_expires_at: 0,
    });
    const pair = `${client['client_id'] ?? ''}:${client['client_secret'] ?? ''}`;
    const reply = await server.post(
      '/token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
    );
    expect(reply.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('takes no id, secret or date from the request', async () => {
    const server = anIssuer();
    const given = {
      client_id: 'mine',
      client_secret: 'mine',
      client_id_issued_at: 1,
      registration_access_token: 'x',
    };
    const client = (await server.register({ ...given, redirect_uris: [REDIRECT] })).json<
      Record<string, unknown>
    >();

    for (const [name, value] of Object.entries(given)) expect(client[name]).not.toBe(value);
  });

  it('says which scopes the client can get', async () => {
    const server = anIssuer({ requiredScopes: ['x', 'y'] });
    const scopeFor = async (scope?: string) =>
      (await server.register({ redirect_uris: [REDIRECT], scope })).json<{ scope?: string }>().scope;

    expect(await scopeFor()).toBe('x y');
    expect(await scopeFor('y z')).toBe('y');
    expect(await scopeFor('z')).toBeUndefined();
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nothing', ''],
    ['null', 'null'],
    ['a grant without codes', { redirect_uris: [REDIRECT], grant_types: ['refresh_token'] }],
    ['grants that are no list', { redirect_uris: [REDIRECT], grant_types: 'authorization_code' }],
    ['another response type', { redirect_uris: [REDIRECT], response_types: ['token'] }],
    ['signed assertions', { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'private_key_jwt' }],
    ['a name that is no text', { redirect_uris: [REDIRECT], client_name: 7 }],
    ['a long name', { redirect_uris: [REDIRECT], client_name: 'x'.repeat(3000) }],
    ['a home page that is no page', { redirect_uris: [REDIRECT], client_uri: 'javascript:alert(1)' }],
    ['a scope that is no text', { redirect_uris: [REDIRECT], scope: ['x'] }],
  ])('refuses %s', async (_what, body) => {
    const reply = await anIssuer().register(body);

    expect([reply.statusCode, reply.json()]).toMatchObject([
      400,
      { error: 'invalid_client_metadata', error_description: expect.any(String) },
    ]);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', []],
    ['a text', REDIRECT],
    ['numbers', [7]],
    ['http elsewhere', ['http://app.test/cb']],
    ['script', ['javascript:alert(1)']],
  ])('refuses redirect URIs that are %s', async (_what, uris) => {
    const reply = await anIssuer().register({ redirect_uris: uris });

    expect([reply.statusCode, reply.json()]).toMatchObject([400, { error: 'invalid_redirect_uri' }]);
  });

  it('refuses the twenty-first of one address in a minute', async () => {
    const server = anIssuer();
    for (let count = 0; count < 20; count += 1) expect(await server.client()).toBeTypeOf('string');
    const reply = await server.register({ redirect_uris: [REDIRECT] });

    expect([reply.statusCode, reply.json()]).toMatchObject([429, { error: 'temporarily_unavailable' }]);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await server.post('/token', {})).statusCode).toBe(401);
  });

  it('takes the addresses of one IPv6 network for one sender', async () => {
    const server = anIssuer();
    const registerFrom = async (remoteAddress: string) => {
      const payload = { redirect_uris: [REDIRECT] };
      return (await server.app.inject({ method: 'POST', url: '/register', payload, remoteAddress }))
        .statusCode;
    };

    for (let host = 1; host <= 20; host += 1) await registerFrom(`2001:db8:0:7::${host}`);

    expect(await registerFrom('2001:db8:0:7:ffff::1')).toBe(429);
    expect(await registerFrom('2001:db8:0:8::1')).toBe(201);
  });

  it('is forgotten after 90 days without use', async () => {
    const server = anIssuer();
    const used = await server.client();
    const unused = await server.client();
    const isKnown = async (clientId: string) =>
      waiting(await server.authorize(anAuthorization(clientId))).uid !== '';

    vi.useFakeTimers({ toFake: ['Date'], now: new Date().getTime() + 60 * day });
    expect(await isKnown(used)).toBe(true);
    vi.setSystemTime(new Date().getTime() + 60 * day);
    expect([await isKnown(used), await isKnown(unused)]).toEqual([true, false]);
  });

  it('is not how the operator’s clients are kept', async () => {
    const server = anIssuer({
      config: {
        clients: [
          {
            clientId: 'desk',
            name: 'Desk',
            clientSecret: null,
            redirectUris: [REDIRECT],
            grantTypes: [],
            scopes: [],
          },
        ],
      },
    });

    expect(waiting(await server.authorize(anAuthorization('desk'))).uid).not.toBe('');
    expect(server.store.ids('Client')).toEqual([]);
  });

  it('was done once for clients that came with an older store', async () => {
    const server = anIssuer();
    const client = {
      client_id: 'old',
      client_name: 'Old',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'anything goes',
    };
    await server.store.put('Client', 'old', client, null);

    expect((await server.tokens('old')).scope).toBe('');
  });
});
