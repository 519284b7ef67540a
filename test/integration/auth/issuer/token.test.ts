import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/common/domain/secret.js';
import { WaitingBrowsers } from '../../../../src/modules/auth/issuer/waiting-browsers.js';
import { anIssuer, ISSUER, REDIRECT } from '../../../builders/an-issuer.js';
import { anIdentity } from '../../../fakes/scripted-sessions.js';

const desk = {
  clientId: 'desk',
  name: 'Desk App',
  clientSecret: new Secret('s3:cret'),
  redirectUris: [REDIRECT],
  grantTypes: ['authorization_code', 'refresh_token'] as const,
  scopes: ['a'],
};
const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

describe('redeeming a code', () => {
  it('gives opaque tokens that appear nowhere in the store', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());
    const reply = await server.redeem(login);

    expect(reply.statusCode).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    const tokens = reply.json<Record<string, string>>();
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: '',
    });
    expect(server.store.ids('AccessToken')).toEqual([tokens['access_token']]);
    for (const secret of [tokens['access_token'], login.code]) {
      expect(server.store.contents).not.toContain(secret);
    }
    expect(server.store.contents).not.toContain(tokens['refresh_token']);
  });

  it.each([
    ['requires nothing and is asked for nothing', [], '', ''],
    ['requires nothing and is asked for something', [], 'a', ''],
    ['requires a scope and is asked for nothing', ['x'], '', 'x'],
    ['is asked for more than it knows', ['x', 'y'], 'x  z', 'x'],
  ])('gives scopes where the server %s', async (_what, requiredScopes, scope, granted) => {
    const server = anIssuer({ requiredScopes });
    const more = scope === '' ? {} : { scope };

    expect((await server.tokens(await server.client(), more)).scope).toBe(granted);
  });

  it('refuses a request for scopes of which none can be granted', async () => {
    const server = anIssuer({ requiredScopes: ['x'] });
    const { to } = await server.login(await server.client(), { scope: 'z' }).catch(() => ({ to: null }));
    expect(to).toBeNull();
  });

  it('keeps to the scopes of the operator’s client', async () => {
    const server = anIssuer({ config: { clients: [desk] }, requiredScopes: ['x'] });
    const login = await server.login('desk', { scope: 'a x' });
    const reply = await server.redeem(login, { client_secret: 's3:cret' });

    expect(reply.json()).toMatchObject({ scope: 'a' });
  });

  it('ends the session when the code comes again', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());
    const { access_token: access } = (await server.redeem(login)).json<{ access_token: string }>();
    const replay = await server.redeem(login);

    expect([replay.statusCode, replay.json<{ error: string }>().error]).toEqual([400, 'invalid_grant']);
    await expect(server.issuer.tokens.verify(access)).rejects.toThrow('Authentication required');
    expect(server.sessions.ended).toContain(login.grantId);
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:1/done' }],
  ])('gives a code one try: %s', async (_what, wrong) => {
    const server = anIssuer();
    const login = await server.login(await server.client());

    expect((await server.redeem(login, wrong)).json()).toMatchObject({ error: 'invalid_grant' });
    expect((await server.redeem(login)).json()).toMatchObject({ error: 'invalid_grant' });
    expect(server.store.ids('Grant')).toEqual([]);
  });

  it('takes the redirect URI where it is sent', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());

    expect((await server.redeem(login, { redirect_uri: REDIRECT })).statusCode).toBe(200);
  });

  it('does not let another client use or spoil a code', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());
    const other = await server.client();

    expect((await server.redeem({ ...login, clientId: other })).json()).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await server.redeem(login)).statusCode).toBe(200);
  });

  it('lets one of several at once have the tokens', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());
    const replies = await Promise.all([1, 2, 3, 4].map(() => server.redeem(login)));

    expect(replies.filter((reply) => reply.statusCode === 200)).toHaveLength(1);
    expect(replies.filter((reply) => reply.statusCode === 400)).toHaveLength(3);
  });

  it('takes its own resource only', async () => {
    const server = anIssuer();
    const login = await server.login(await server.client());

    const other = await server.redeem(login, { resource: 'https://other.test/mcp' });
    expect([other.statusCode, other.json<{ error: string }>().error]).toEqual([400, 'invalid_target']);
    expect((await server.redeem(login, { resource: 'http://localhost:8000/mcp' })).statusCode).toBe(200);
  });

  it('gives an access token no longer than the provider’s', async () => {
    const server = anIssuer();
    const expiresAt = new Date(server.clock.now().getTime() + 600_500);

    const { expires_in: seconds } = await server.tokens(await server.client(), {}, anIdentity({ expiresAt }));
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  it('gives no refresh token to a client that may not use one', async () => {
    const server = anIssuer();
    const clientId = await server.client({ grant_types: ['authorization_code'] });

    expect(await server.tokens(clientId)).not.toHaveProperty('refresh_token');
  });

  it('works on any replica', async () => {
    const one = anIssuer();
    const two = anIssuer({ beside: one });
    const login = await one.login(await one.client());

    expect((await two.redeem(login)).statusCode).toBe(200);
  });
});

describe('a client at the token endpoint', () => {
  it.each([
    ['in the body', { client_id: 'desk', client_secret: 's3:cret' }, {}],
    ['in the header', {}, basic('desk', 's3:cret')],
  ])('shows its secret %s', async (_where, form, headers) => {
    const server = anIssuer({ config: { clients: [desk] } });
    const login = await server.login('desk');
    const whole = {
      grant_type: 'authorization_code',
      code: login.code,
      code_verifier: login.verifier,
      ...form,
    };

    expect((await server.post('/token', whole, headers)).statusCode).toBe(200);
  });

  it.each([
    ['a wrong secret', { client_id: 'desk', client_secret: 'wrong' }, {}, undefined],
    ['no secret', { client_id: 'desk' }, {}, undefined],
    ['an unknown id', { client_id: 'nobody' }, {}, undefined],
    ['no id', {}, {}, undefined],
    ['an empty id', { client_id: '' }, {}, undefined],
    ['a wrong secret in the header', {}, basic('desk', 'wrong'), /^Basic /],
  ])('is refused with %s', async (_what, form, headers, challenge) => {
    const server = anIssuer({ config: { clients: [desk] } });
    const reply = await server.post(
      '/token',
      { grant_type: 'authorization_code', code: 'x', ...form },
      headers,
    );

    expect([reply.statusCode, reply.json<{ error: string }>().error]).toEqual([401, 'invalid_client']);
    if (challenge === undefined) expect(reply.headers['www-authenticate']).toBeUndefined();
    else expect(reply.headers['www-authenticate']).toMatch(challenge);
  });

  it('may not be guessed: after some failures its sender has to wait, and nobody else', async () => {
    const server = anIssuer({ config: { clients: [desk] } });
    const guess = (secret: string) =>
      server.post('/token', {
        grant_type: 'refresh_token',
        refresh_token: 'x',
        client_id: 'desk',
        client_secret: secret,
      });
    for (let count = 0; count < 20; count += 1) expect((await guess(`s${count}`)).statusCode).toBe(401);

    const refused = await guess('s21');
    const other = await server.post('/token', { grant_type: 'refresh_token', client_id: 'nobody' });

    expect([refused.statusCode, refused.json<{ error: string }>().error]).toEqual([
      429,
      'temporarily_unavailable',
    ]);
    expect(refused.headers['retry-after']).toBe('60');
    expect(other.statusCode).toBe(401);
  });

  it.each([
    ['no grant type', { client_id: 'desk' }, 'invalid_request'],
    ['an unknown grant type', { client_id: 'desk', grant_type: 'password' }, 'unsupported_grant_type'],
    [
      'a code that is none',
      { client_id: 'desk', grant_type: 'authorization_code', code: 'x' },
      'invalid_grant',
    ],
    ['no code', { client_id: 'desk', grant_type: 'authorization_code' }, 'invalid_request'],
  ])('hears what is wrong with %s', async (_what, form, error) => {
    const server = anIssuer({ config: { clients: [{ ...desk, clientSecret: null }] } });
    const reply = await server.post('/token', {
      code_verifier: 'v'.repeat(43),
      redirect_uri: REDIRECT,
      ...form,
    });

    expect([reply.statusCode, reply.json<{ error: string }>().error]).toEqual([400, error]);
  });

  it.each([
    ['application/json', '{"grant_type":"authorization_code"}', 400, 'The body must be'],
    ['text/plain', 'x', 400, 'The body must be'],
    ['application/x-www-form-urlencoded', 'client_id=desk&client_id=desk', 400, 'client_id'],
    ['application/x-www-form-urlencoded', `code=${'x'.repeat(70_000)}`, 413, 'The request is too large'],
  ])('hears what is wrong with a body that cannot be taken: %s', async (type, payload, status, text) => {
    const server = anIssuer();
    for (const url of ['/token', '/revoke']) {
      const headers = { 'content-type': type };
      const reply = await server.app.inject({ method: 'POST', url, headers, payload });
      expect([reply.statusCode, reply.json()]).toMatchObject([
        status,
        { error: 'invalid_request', error_description: expect.stringContaining(text) as string },
      ]);
    }
  });
});

describe('two Authorization headers', () => {
  it.each(['/token', '/revoke'])('are refused at %s, whoever reads which', async (path) => {
    const { app } = anIssuer({ config: { clients: [{ ...desk, scopes: [] }] } });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const own = `Authorization: Basic ${Buffer.from('desk:s3%3Acret').toString('base64')}`;
    const form = 'grant_type=refresh_token&refresh_token=x&token=x';
    const answered = async (headers: readonly string[]): Promise<string> => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      const lines = [`POST ${path} HTTP/1.1`, 'Host: localhost:8000', 'Connection: close', ...headers];
      const type = 'Content-Type: application/x-www-form-urlencoded';
      socket.write([...lines, type, `Content-Length: ${form.length}`, '', form].join('\r\n'));
      return text(socket);
    };

    expect(await answered([own])).not.toContain('invalid_request');
    expect(await answered([own, 'Authorization: Basic x'])).toContain('invalid_request');
    await app.close();
  });
});

describe('an authorization server whose store is away', () => {
  it('says so, with 503, on every route', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const login = await server.login(clientId);
    server.store.isDown = true;
    const replies = [
      await server.redeem(login),
      await server.refresh(clientId, 'x'),
      await server.post('/revoke', { client_id: clientId, token: 'x' }),
      await server.register({ redirect_uris: [REDIRECT] }),
      await server.authorize({ client_id: clientId, response_type: 'code' }),
      await server.get('/authorize/some', { cookie: new WaitingBrowsers(ISSUER).keep('some') }),
    ];
    for (const reply of replies) {
      expect([reply.statusCode, reply.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
      expect(reply.headers['retry-after']).toBe('5');
    }
    server.store.isDown = false;
    expect((await server.redeem(login)).statusCode).toBe(200);
  });
});

describe('the journal', () => {
  it('has every token that was given and refused, and no secret', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: refresh, access_token: access } = await server.tokens(clientId);
    await server.refresh(clientId, refresh);
    await server.refresh(clientId, 'nonsense');
    await server.post('/revoke', { client_id: clientId, token: access });
    await server.register('{');

    expect(
      server.journal.events.map(({ type, status, reason, clientId: client, userId }) => [
        type,
        status,
        reason,
        client === clientId,
        userId,
      ]),
    ).toEqual([
      ['auth.register', 'success', null, true, null],
      ['auth.token', 'success', null, true, 'u-1'],
      ['auth.refresh', 'success', null, true, 'u-1'],
      ['auth.refresh', 'error', 'invalid_grant', true, null],
      ['auth.revoke', 'success', null, true, 'u-1'],
      ['auth.register', 'error', 'invalid_client_metadata', false, null],
    ]);
    expect(JSON.stringify(server.journal.events)).not.toContain(refresh);
  });
});
