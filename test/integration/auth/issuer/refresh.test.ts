import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProviderRefusedError, ProviderUnavailableError } from '../../../../src/common/errors/auth-errors.js';
import { anIssuer, REDIRECT, type Tokens } from '../../../builders/an-issuer.js';
import { anIdentity } from '../../../fakes/scripted-sessions.js';

const hour = 3_600_000;

/** The clock goes on by so much. */
function later(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date().getTime() + ms });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('refreshing', () => {
  it('asks the provider and gives a new pair', async () => {
    const server = anIssuer({ requiredScopes: ['x'] });
    const clientId = await server.client();
    const first = await server.tokens(clientId);
    const reply = await server.refresh(clientId, first.refresh_token);

    expect(reply.statusCode).toBe(200);
    const second = reply.json<Tokens>();
    expect(second).toMatchObject({ scope: 'x', expires_in: 3600, token_type: 'Bearer' });
    expect(
      new Set([first.access_token, first.refresh_token, second.access_token, second.refresh_token]).size,
    ).toBe(4);
    expect(server.sessions.renewed).toEqual([first.grantId]);
  });

  it('may narrow the scope, never widen it', async () => {
    const server = anIssuer({ requiredScopes: ['x', 'y'] });
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);

    expect((await server.refresh(clientId, token, { scope: 'z' })).json()).toMatchObject({
      error: 'invalid_scope',
    });
    const narrowed = (await server.refresh(clientId, token, { scope: 'x' })).json<Tokens>();
    expect(narrowed.scope).toBe('x');
    expect((await server.refresh(clientId, narrowed.refresh_token)).json()).toMatchObject({ scope: 'x y' });
  });

  it('is bound to the client, and to the resource', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);
    const other = await server.client();

    expect((await server.refresh(other, token)).json()).toMatchObject({ error: 'invalid_grant' });
    const elsewhere = await server.refresh(clientId, token, { resource: 'https://other.test/mcp' });
    expect(elsewhere.json()).toMatchObject({ error: 'invalid_target' });
    expect((await server.refresh(clientId, token)).statusCode).toBe(200);
  });

  it('gives the same pair again to a client whose answer got lost', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);
    const first = await server.refresh(clientId, token);
    later(5_000);

    expect((await server.refresh(clientId, token)).json()).toEqual(first.json());
    expect((await server.refresh(await server.client(), token)).json()).toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('takes a token that comes back later for stolen, and ends the grant', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token, grantId } = await server.tokens(clientId);
    const second = (await server.refresh(clientId, token)).json<Tokens>();
    later(12_000);

    expect((await server.refresh(clientId, token)).json()).toMatchObject({ error: 'invalid_grant' });
    await expect(server.issuer.tokens.verify(second.access_token)).rejects.toThrow('Authentication required');
    expect((await server.refresh(clientId, second.refresh_token)).json()).toMatchObject({
      error: 'invalid_grant',
    });
    expect(server.sessions.ended).toEqual([grantId]);
  });

  it('gives all of several at once the same pair, also on another replica', async () => {
    const server = anIssuer();
    const beside = anIssuer({ beside: server });
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);
    const replies = await Promise.all(
      [server, beside, server, beside].map((replica) => replica.refresh(clientId, token)),
    );

    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200, 200, 200]);
    expect(new Set(replies.map((reply) => reply.body)).size).toBe(1);
    expect(server.store.ids('AccessToken')).toHaveLength(2);
  });

  it('gives one whom another replica overtakes in the middle the same pair', async () => {
    const server = anIssuer();
    const beside = anIssuer({ beside: server });
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);
    const renew = server.sessions.renew.bind(server.sessions);
    vi.spyOn(server.sessions, 'renew').mockImplementationOnce(async (grantId) => {
      await beside.refresh(clientId, token);
      return renew(grantId);
    });

    const overtaken = await server.refresh(clientId, token);

    expect(overtaken.statusCode).toBe(200);
    expect(overtaken.json()).toEqual((await beside.refresh(clientId, token)).json());
    expect(server.sessions.ended).toEqual([]);
  });

  it('does not take a token for stolen whose first answer is still to come', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token, access_token: access } = await server.tokens(clientId);
    await server.store.consume('RefreshToken', token);

    expect((await server.refresh(clientId, token)).statusCode).toBe(503);
    expect((await server.issuer.tokens.verify(access)).principal.userId).toBe('u-1');
    expect(server.journal.events.at(-1)).toMatchObject({
      type: 'auth.refresh',
      reason: 'temporarily_unavailable',
    });
  });

  it('ends the grant when the provider refuses', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token, access_token: access } = await server.tokens(clientId);
    server.sessions.fault = new ProviderRefusedError('invalid_grant');

    const reply = await server.refresh(clientId, token);
    expect([reply.statusCode, reply.json<{ error: string }>().error]).toEqual([400, 'invalid_grant']);
    await expect(server.issuer.tokens.verify(access)).rejects.toThrow('Authentication required');
  });

  it('keeps the token usable while the provider is away', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);
    server.sessions.fault = new ProviderUnavailableError();

    const reply = await server.refresh(clientId, token);
    expect([reply.statusCode, reply.json<{ error: string }>().error]).toEqual([
      503,
      'temporarily_unavailable',
    ]);
    server.sessions.fault = null;
    expect((await server.refresh(clientId, token)).statusCode).toBe(200);
  });

  it('ends after 30 days without use', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { refresh_token: token } = await server.tokens(clientId);

    later(30 * 24 * hour + 1000);
    expect((await server.refresh(clientId, token)).json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('ends 90 days after the login, however often it was used', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    let { refresh_token: token } = await server.tokens(clientId);
    for (let day = 25; day < 90; day += 25) {
      later(25 * 24 * hour);
      const reply = await server.refresh(clientId, token);
      expect(reply.statusCode).toBe(200);
      token = reply.json<Tokens>().refresh_token;
    }
    later(16 * 24 * hour);
    expect((await server.refresh(clientId, token)).json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('keeps the identity for a day where the provider gave no refresh token', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const expiresAt = new Date(server.clock.now().getTime() + hour);
    const first = await server.tokens(clientId, {}, anIdentity({ refreshToken: null, expiresAt }));

    later(2 * hour);
    const reply = await server.refresh(clientId, first.refresh_token);
    expect(reply.json()).toMatchObject({ expires_in: 3600 });
    expect(server.sessions.renewed).toEqual([]);
    const { principal } = await server.issuer.tokens.verify(reply.json<Tokens>().access_token);
    expect([principal.userId, principal.externalToken]).toEqual(['u-1', null]);

    later(22 * hour);
    const late = await server.refresh(clientId, reply.json<Tokens>().refresh_token);
    expect(late.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('is not for a client without the grant type', async () => {
    const server = anIssuer();
    const clientId = await server.client({ grant_types: ['authorization_code'], redirect_uris: [REDIRECT] });

    expect((await server.refresh(clientId, 'x')).statusCode).toBe(400);
  });
});

describe('revoking', () => {
  it.each(['access_token', 'refresh_token'] as const)(
    'the %s ends the grant, here and upstream',
    async (which) => {
      const server = anIssuer();
      const clientId = await server.client();
      const tokens = await server.tokens(clientId);
      const reply = await server.post('/revoke', { client_id: clientId, token: tokens[which] });

      expect([reply.statusCode, reply.body]).toEqual([200, '']);
      expect(server.sessions.ended).toEqual([tokens.grantId]);
      for (const kind of ['AccessToken', 'RefreshToken', 'Grant']) expect(server.store.ids(kind)).toEqual([]);
    },
  );

  it('an unknown token is a success', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const form = { client_id: clientId, token: 'nothing', token_type_hint: 'refresh_token' };

    expect((await server.post('/revoke', form)).statusCode).toBe(200);
  });

  it('is for the client that has the token', async () => {
    const server = anIssuer();
    const tokens = await server.tokens(await server.client());
    const reply = await server.post('/revoke', {
      client_id: await server.client(),
      token: tokens.access_token,
    });

    expect(reply.statusCode).toBe(400);
    expect((await server.issuer.tokens.verify(tokens.access_token)).principal.userId).toBe('u-1');
    expect((await server.post('/revoke', { token: tokens.access_token })).statusCode).toBe(401);
    expect(
      (await server.post('/revoke', { token: tokens.access_token, client_id: 'nobody' })).statusCode,
    ).toBe(401);
  });

  it('does not wait for a provider that hangs', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const { access_token: token } = await server.tokens(clientId);
    server.sessions.end = () => new Promise(() => undefined);

    expect((await server.post('/revoke', { client_id: clientId, token })).statusCode).toBe(200);
    expect(server.store.ids('AccessToken')).toEqual([]);
  });
});
