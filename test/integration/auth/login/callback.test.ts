import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  TokenStoreUnavailableError,
} from '../../../../src/common/errors/auth-errors.js';
import { AuditFailedError } from '../../../../src/common/errors/server-errors.js';
import { aLoginServer, TestBrowser } from '../../../builders/a-login-server.js';
import { aPendingLogin } from '../../../fakes/waiting-logins.js';

/** A browser that is at the provider and about to come back. */
async function atTheProvider(options: Parameters<typeof aLoginServer>[0] = {}) {
  const server = aLoginServer(options);
  const browser = new TestBrowser(server.app).comesFromAuthorize();
  const state = await browser.approve();
  const back = (query: Record<string, string>): Promise<LightMyRequestResponse> =>
    browser.get(`/acme/callback?${new URLSearchParams({ state, ...query }).toString()}`);
  return { ...server, browser, state, back };
}

describe('The callback', () => {
  it('redeems the code once and sends the browser to the client', async () => {
    const { back, provider, pending, sessions, browser, journal } = await atTheProvider();

    const answer = await back({ code: 'upstream-code', iss: 'https://idp.test' });

    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({
      location: 'https://mxcp.test/authorize/login-1',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    const [{ login, callback }] = provider.completed as [(typeof provider.completed)[number]];
    expect(login).toEqual(provider.begun[0]);
    expect(callback.href).toBe(
      `https://mxcp.test/acme/callback?state=${login.state}&code=upstream-code&iss=https%3A%2F%2Fidp.test`,
    );
    const [approved] = pending.approved;
    expect(approved).toMatchObject({ uid: 'login-1', accountId: 'u-ada' });
    expect((await sessions.find(approved!.grantId))?.identity.username).toBe('ada');
    expect(browser.loginCookies).toEqual([]);
    expect(journal.events).toMatchObject([
      { type: 'auth.authorize', status: 'success', userId: 'u-ada', clientId: 'client-1' },
    ]);
  });

  it('knows its public address behind a proxy that strips a path', async () => {
    const { back, provider } = await atTheProvider({ issuer: 'https://mxcp.test/tools' });

    await back({ code: 'upstream-code' });

    expect(provider.begun[0]!.redirectUri).toBe('https://mxcp.test/tools/acme/callback');
    expect(provider.completed[0]!.callback.pathname).toBe('/tools/acme/callback');
  });

  it('takes one of two answers that arrive at once', async () => {
    const { back, provider } = await atTheProvider();

    const answers = await Promise.all([back({ code: 'one' }), back({ code: 'two' })]);

    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 400]);
    expect(provider.completed).toHaveLength(1);
  });

  it('is 400 in a browser without the cookie, and the right browser can still go on', async () => {
    const { app, state, back, provider, journal, pending } = await atTheProvider();

    const stranger = await new TestBrowser(app).get(`/acme/callback?state=${state}&code=upstream-code`);

    expect(stranger.statusCode).toBe(400);
    expect(stranger.headers.location).toBeUndefined();
    expect(provider.completed).toEqual([]);
    expect(pending.refused).toEqual([]);
    expect(journal.events).toMatchObject([{ status: 'error', reason: 'invalid_request', userId: null }]);
    expect((await back({ code: 'upstream-code' })).statusCode).toBe(303);
  });

  it('is 400 with the cookie of another login', async () => {
    const { app, browser, state, provider } = await atTheProvider();
    const attacker = new TestBrowser(app).comesFromAuthorize();
    await attacker.approve();
    const [mine] = browser.loginCookies;
    const [theirs] = attacker.loginCookies;
    browser.cookies.set(mine!, attacker.cookies.get(theirs!)!);

    const answer = await browser.get(`/acme/callback?state=${state}&code=upstream-code`);

    expect(answer.statusCode).toBe(400);
    expect(provider.completed).toEqual([]);
  });

  it('is 400 when the cookie comes twice, as nobody knows who set which', async () => {
    const { app, browser, state } = await atTheProvider();
    const [name] = browser.loginCookies;
    const pair = `${name!}=${browser.cookies.get(name!)!}`;

    const answer = await app.inject({
      url: `/acme/callback?state=${state}&code=upstream-code`,
      headers: { cookie: `${name!}=planted; ${pair}` },
    });

    expect(answer.statusCode).toBe(400);
  });

  it.each([
    ['nothing', ''],
    ['a code without state', '?code=x'],
    ['an error without state', '?error=access_denied'],
    ['a state nobody made', `?code=x&state=${'A'.repeat(43)}`],
    ['a state that cannot be one', '?code=x&state=%00%ff'],
  ])('is 400, and never a redirect, with %s', async (_case, query) => {
    const { browser } = await atTheProvider();

    const answer = await browser.get(`/acme/callback${query}`);

    expect(answer.statusCode).toBe(400);
    expect(answer.headers.location).toBeUndefined();
  });

  it('is 400 without code and error, and the state is not used up', async () => {
    const { back } = await atTheProvider();

    expect((await back({})).statusCode).toBe(400);
    expect((await back({ code: 'upstream-code' })).statusCode).toBe(303);
  });

  it('is 400 when the state is there twice', async () => {
    const { browser, state } = await atTheProvider();

    const answer = await browser.get(`/acme/callback?code=x&state=${state}&state=${state}`);

    expect(answer.statusCode).toBe(400);
  });

  it('goes on with two logins of one browser at the same time', async () => {
    const { app, pending } = aLoginServer({
      logins: [aPendingLogin(), aPendingLogin({ uid: 'login-2', clientId: 'c2' })],
    });
    const browser = new TestBrowser(app);
    const one = await browser.comesFromAuthorize('login-1').approve('login-1');
    const two = await browser.comesFromAuthorize('login-2').approve('login-2');

    const second = await browser.get(`/acme/callback?state=${two}&code=x`);
    const first = await browser.get(`/acme/callback?state=${one}&code=x`);

    expect([first.statusCode, second.statusCode]).toEqual([303, 303]);
    expect(pending.approved.map(({ uid }) => uid)).toEqual(['login-2', 'login-1']);
    expect(new Set(pending.approved.map(({ grantId }) => grantId)).size).toBe(2);
  });
});

describe('A sign-in that fails at the provider', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['consent_required', 'access_denied'],
    ['something_of_its_own', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['invalid_scope', 'server_error'],
    ['server_error', 'server_error'],
  ])('with error=%s ends at the client with %s', async (given, told) => {
    const { back, pending, provider } = await atTheProvider();

    const answer = await back({ error: given, error_description: 'Nö\r\nSet-Cookie: "x"' });

    expect(answer.statusCode).toBe(303);
    expect(pending.refused).toEqual([{ uid: 'login-1', error: told, description: 'No Set-Cookie: x' }]);
    expect(provider.completed).toEqual([]);
    expect((await back({ code: 'x' })).statusCode).toBe(400);
  });

  it.each([
    ['refused', new ProviderRefusedError('invalid_grant'), 'access_denied', 'warning'],
    ['unreachable', new ProviderUnavailableError(), 'temporarily_unavailable', 'warning'],
    ['a defect', new TypeError('upstream-secret-canary'), 'server_error', 'error'],
  ])('%s: the client is told, nobody sees a 500', async (_case, thrown, error, level) => {
    const { back, pending, provider, log, browser, journal, store } = await atTheProvider();
    provider.onComplete = () => {
      throw thrown;
    };

    const answer = await back({ code: 'upstream-code' });

    expect(answer.statusCode).toBe(303);
    expect(pending.refused).toMatchObject([{ uid: 'login-1', error }]);
    expect(pending.refused[0]!.description).not.toContain('canary');
    expect(log.lines).toMatchObject([{ level, fields: { reason: error } }]);
    expect(log.lines[0]!.fields['correlationId']).toBeTypeOf('string');
    expect(journal.events).toMatchObject([{ status: 'error', reason: error, clientId: 'client-1' }]);
    expect(browser.loginCookies).toEqual([]);
    expect(store.ids('UpstreamSession')).toEqual([]);
  });

  it('lets nobody in whose sign-in cannot be recorded', async () => {
    const { back, pending, journal, log } = await atTheProvider();
    journal.failure = new AuditFailedError();

    const answer = await back({ code: 'upstream-code' });

    expect(answer.statusCode).toBe(303);
    expect(pending.approved).toEqual([]);
    expect(pending.refused).toMatchObject([{ error: 'temporarily_unavailable' }]);
    expect(log.lines.map(({ message }) => message)).toContain('A refused sign-in was not recorded');
  });

  it('leaves no session behind when the client no longer waits', async () => {
    const { back, pending, provider, store } = await atTheProvider();
    pending.forget('login-1');

    const answer = await back({ code: 'upstream-code' });

    expect(answer.statusCode).toBe(400);
    expect(store.ids('UpstreamSession')).toEqual([]);
    expect(provider.revoked).toEqual(['upstream-access-0']);
  });

  it('is 503 while the store is down, and can be tried again', async () => {
    const { back, store } = await atTheProvider();
    store.isDown = true;

    expect((await back({ code: 'upstream-code' })).statusCode).toBe(503);
    store.isDown = false;
    expect((await back({ code: 'upstream-code' })).statusCode).toBe(303);
  });

  it('is 503 when not even the client can be told', async () => {
    const { back, pending } = await atTheProvider();
    pending.failure = new TokenStoreUnavailableError();

    expect((await back({ code: 'upstream-code' })).statusCode).toBe(503);
  });
});
