import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError } from '../../../../src/common/errors/auth-errors.js';
import { aLoginServer, csrfOf, stateOf, TestBrowser } from '../../../builders/a-login-server.js';
import { aPendingLogin } from '../../../fakes/waiting-logins.js';

const day = 24 * 60 * 60 * 1000;

function aVisit(options: Parameters<typeof aLoginServer>[0] = {}) {
  const server = aLoginServer(options);
  const browser = new TestBrowser(server.app).comesFromAuthorize();
  return { ...server, browser };
}

describe('The consent page', () => {
  it('asks before anything is begun at the provider', async () => {
    const { browser, provider, store } = aVisit();

    const page = await browser.get('/consent/login-1');

    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Notebook');
    expect(page.body).toContain('notebook.test');
    expect(page.body).toContain('openid, profile');
    expect(provider.begun).toEqual([]);
    expect(store.ids('LoginState')).toEqual([]);
    expect(browser.loginCookies).toEqual([]);
  });

  it('cannot be framed, cached, scripted or leaked by the referrer', async () => {
    const { browser } = aVisit();

    const { headers, body } = await browser.get('/consent/login-1');

    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; frame-ancestors 'none'`,
    );
  });

  it('is 400 in a browser that has no such login', async () => {
    const { app, browser } = aVisit();

    expect((await browser.get('/consent/login-2')).statusCode).toBe(400);
    expect((await new TestBrowser(app).get('/consent/login-1')).statusCode).toBe(400);
  });

  it('tells in JSON what it tells browsers in HTML', async () => {
    const { browser } = aVisit();

    const answer = await browser.get('/consent/login-2', { accept: 'application/json' });

    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(/^This sign-in cannot go on: .*start again\.$/) as string,
    });
  });

  it('is not shown for clients that the operator registered', async () => {
    const { browser, provider } = aVisit({ logins: [aPendingLogin({ isStatic: true })] });

    const answer = await browser.get('/consent/login-1');

    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe(`https://idp.test/authorize?state=${provider.begun[0]!.state}`);
    expect(browser.loginCookies).toHaveLength(1);
  });

  it.each([
    ['GET', '/consent/login-1', 200],
    ['HEAD', '/consent/login-1', 405],
    ['PUT', '/consent/login-1', 405],
    ['DELETE', '/consent/login-1', 405],
    ['HEAD', '/acme/callback', 405],
    ['POST', '/acme/callback', 405],
  ] as const)('answers %s %s with %i', async (method, url, status) => {
    const { app } = aVisit();

    const answer = await app.inject({ method, url, headers: { cookie: 'waiting=login-1' } });

    expect(answer.statusCode).toBe(status);
  });
});

describe('Approval', () => {
  it('sends the browser to the provider, bound by a cookie of its own', async () => {
    const { browser, provider } = aVisit();

    const answer = await browser.decide('approve');

    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    const [attempt] = provider.begun;
    expect(attempt!.redirectUri).toBe('https://mxcp.test/acme/callback');
    expect(attempt!.codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(new Set([attempt!.state, attempt!.nonce, attempt!.codeVerifier]).size).toBe(3);
    const binding = answer.cookies.find(({ name }) => name.startsWith('__Host-mxcp_login_'));
    expect(binding).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 300 });
    expect(binding).not.toHaveProperty('domain');
  });

  it('sets cookies that a browser takes over http on this computer', async () => {
    const issuer = 'http://localhost:8000';
    const { app } = aLoginServer({ issuer });

    const answer = await new TestBrowser(app, issuer).comesFromAuthorize().decide('approve');

    expect(answer.statusCode).toBe(303);
    expect(answer.cookies.map(({ name }) => name.replace(/[0-9a-f]{16}$/, ''))).toEqual([
      'mxcp_approved',
      'mxcp_login_',
    ]);
    for (const cookie of answer.cookies) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
      expect(cookie).not.toHaveProperty('secure');
    }
  });

  it.each([
    ['without a token', { decision: 'approve' }, {}, 403],
    ['with a wrong token', { decision: 'approve', csrf: 'x'.repeat(43) }, {}, 403],
    ['from another site', { decision: 'approve' }, { 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling of the site', { decision: 'approve' }, { 'sec-fetch-site': 'same-site' }, 403],
    ['from another origin', { decision: 'approve' }, { origin: 'https://evil.test' }, 403],
    ['from nowhere', { decision: 'approve' }, { origin: 'null' }, 403],
    ['without a decision', {}, {}, 400],
    ['with a decision nobody offered', { decision: 'maybe' }, {}, 400],
    ['with a body that is too large', { decision: 'approve', more: 'x'.repeat(9000) }, {}, 413],
    ['with a body that is no form', { decision: 'approve' }, { 'content-type': 'application/json' }, 415],
  ])('is refused %s', async (_case, fields, headers: Record<string, string>, status) => {
    const { browser, provider } = aVisit();
    const csrf = csrfOf(await browser.get('/consent/login-1'));
    // a right token must not help where something else is wrong
    const isAboutToken = status === 403 && Object.keys(headers).length === 0;

    const answer = await browser.post(
      '/consent/login-1',
      isAboutToken ? fields : { csrf, ...fields },
      headers,
    );

    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(provider.begun).toEqual([]);
  });

  it('is refused with the token of another login', async () => {
    const { app, provider } = aVisit({ logins: [aPendingLogin(), aPendingLogin({ uid: 'login-2' })] });
    const attacker = new TestBrowser(app).comesFromAuthorize('login-2');
    const csrf = csrfOf(await attacker.get('/consent/login-2'));
    const victim = new TestBrowser(app).comesFromAuthorize('login-1');

    const fields = { csrf, decision: 'approve' };
    expect((await victim.post('/consent/login-1', fields)).statusCode).toBe(403);
    expect((await victim.post('/consent/login-2', fields)).statusCode).toBe(400);
    expect(provider.begun).toEqual([]);
  });

  it('is remembered for this client and redirect URI, for thirty days', async () => {
    const logins = [
      aPendingLogin(),
      aPendingLogin({ uid: 'login-2' }),
      aPendingLogin({ uid: 'login-3', redirectUri: 'https://notebook.test/other' }),
      aPendingLogin({ uid: 'login-4', clientId: 'client-2' }),
    ];
    const { browser, clock } = aVisit({ logins });
    await browser.decide('approve');

    const status = async (uid: string) =>
      (await browser.comesFromAuthorize(uid).get(`/consent/${uid}`)).statusCode;

    expect(await status('login-2')).toBe(303);
    expect(await status('login-3')).toBe(200);
    expect(await status('login-4')).toBe(200);
    clock.advance(30 * day);
    expect(await status('login-2')).toBe(200);
  });

  it('is not begun without end by a flood of visits', async () => {
    const { browser, provider } = aVisit({ logins: [aPendingLogin({ isStatic: true })] });
    let last = await browser.get('/consent/login-1');
    for (let count = 1; count <= 300; count += 1) last = await browser.get('/consent/login-1');

    expect(last.statusCode).toBe(429);
    expect(last.headers['content-type']).toContain('text/html');
    expect(provider.begun).toHaveLength(300);
  });

  it('is asked for again when the cookie was changed', async () => {
    const { browser } = aVisit();
    await browser.decide('approve');
    const kept = browser.cookies.get('__Host-mxcp_approved')!;
    browser.cookies.set('__Host-mxcp_approved', `${kept.startsWith('A') ? 'B' : 'A'}${kept.slice(1)}`);

    expect((await browser.get('/consent/login-1')).statusCode).toBe(200);
  });

  it('tells the client when the provider cannot be reached', async () => {
    const { browser, provider, pending } = aVisit();
    provider.onBegin = () => {
      throw new ProviderUnavailableError();
    };

    const answer = await browser.decide('approve');

    expect(answer.statusCode).toBe(303);
    expect(pending.refused).toMatchObject([{ uid: 'login-1', error: 'temporarily_unavailable' }]);
    expect(browser.loginCookies).toEqual([]);
  });

  it('is 503 while the store is down', async () => {
    const { browser, store } = aVisit();
    const csrf = csrfOf(await browser.get('/consent/login-1'));
    store.isDown = true;

    const answer = await browser.post('/consent/login-1', { csrf, decision: 'approve' });

    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
  });

  it('is 503, and in the log, when the authorization server fails in a way nobody foresaw', async () => {
    const { browser, pending, log } = aVisit();
    pending.failure = new TypeError('canary of a defect');

    const answer = await browser.get('/consent/login-1');

    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('canary');
    expect(log.lines).toMatchObject([{ level: 'error', error: { message: 'canary of a defect' } }]);
  });
});

describe('Denial', () => {
  it('tells the client and the journal, and remembers nothing', async () => {
    const { browser, provider, pending, journal } = aVisit();

    const answer = await browser.decide('deny');

    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('https://mxcp.test/authorize/login-1?refused');
    expect(pending.refused).toMatchObject([{ uid: 'login-1', error: 'access_denied' }]);
    expect(journal.events).toMatchObject([
      { type: 'auth.authorize', status: 'error', reason: 'access_denied', clientId: 'client-1' },
    ]);
    expect(provider.begun).toEqual([]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('The back button', () => {
  it('leads from the provider to the page again, and to a new state', async () => {
    const { browser } = aVisit({ logins: [aPendingLogin({ isStatic: true })] });

    const first = stateOf(await browser.get('/consent/login-1'));
    const second = stateOf(await browser.get('/consent/login-1'));

    expect(second).not.toBe(first);
    expect(browser.loginCookies).toHaveLength(2);
  });

  it('leads to an explanation once the login is answered', async () => {
    const { browser, pending } = aVisit();
    const page = await browser.get('/consent/login-1');
    pending.forget('login-1');

    expect((await browser.get('/consent/login-1')).statusCode).toBe(400);
    const fields = { csrf: csrfOf(page), decision: 'approve' };
    const answer = await browser.post('/consent/login-1', fields);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('start again');
  });
});
