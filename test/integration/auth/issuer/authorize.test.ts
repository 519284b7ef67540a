import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/common/domain/secret.js';
import {
  type Form,
  anAuthorization,
  anIssuer,
  ISSUER,
  REDIRECT,
  waiting,
} from '../../../builders/an-issuer.js';

const desk = {
  clientId: 'desk',
  name: 'Desk App',
  clientSecret: new Secret('s3cret'),
  redirectUris: [REDIRECT],
  grantTypes: ['authorization_code', 'refresh_token'] as const,
  scopes: ['a'],
};

/** Parameters for the client, in the fragment where it asked for an implicit grant. */
function errorOf(location: unknown): Record<string, string> {
  const { searchParams, hash } = new URL(String(location));
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);
}

describe('an authorization request', () => {
  it('waits for its user and then brings a code, its state and the issuer', async () => {
    const server = anIssuer();
    const { to } = await server.login(await server.client());

    expect(to.origin + to.pathname).toBe(REDIRECT);
    expect(to.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    expect(to.searchParams.get('state')).toBe('st-1');
    expect(to.searchParams.get('iss')).toBe(ISSUER);
  });

  it('may come as a form', async () => {
    const server = anIssuer();
    const reply = await server.post('/authorize', anAuthorization(await server.client()));

    expect(reply.statusCode).toBe(302);
    expect(waiting(reply).uid).not.toBe('');
  });

  it('may leave out the redirect URI when there is one, and the challenge method', async () => {
    const server = anIssuer();
    const { client_id, response_type, code_challenge } = anAuthorization(await server.client());
    const rest = new URLSearchParams({ client_id, response_type, code_challenge } as Form);
    expect(waiting(await server.get(`/authorize?${rest.toString()}`)).uid).not.toBe('');
  });

  it('forgets parameters that would switch on something else', async () => {
    const server = anIssuer();
    const more = { prompt: 'none', request: 'x.y.z', response_mode: 'fragment', claims: '{', dpop_jkt: 'x' };
    const { to } = await server.login(await server.client(), more);

    expect(to.hash).toBe('');
    expect(to.searchParams.get('code')).not.toBeNull();
  });

  it('lets the port of a loopback redirect differ, and nothing else', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const asked = (uri: string) => server.authorize({ ...anAuthorization(clientId), redirect_uri: uri });

    expect((await asked('http://127.0.0.1:9999/done')).statusCode).toBe(302);
    expect((await asked('http://127.0.0.1:7171/done/')).statusCode).toBe(400);
    expect((await asked('http://localhost:7171/done')).statusCode).toBe(400);
    expect((await asked('http://127.0.0.1:7171/done?x=1')).statusCode).toBe(400);
  });

  it('shows a page and goes nowhere for an unknown client or redirect', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const known = anAuthorization(clientId);
    const wrongs = [
      anAuthorization('nobody'),
      { ...known, redirect_uri: 'https://evil.test/x' },
      { ...known, client_id: '' },
    ];
    for (const wrong of wrongs) {
      const url = `/authorize?${new URLSearchParams(wrong).toString()}`;
      const reply = await server.get(url);
      expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined]);
      expect(reply.json()).toMatchObject({
        error: expect.stringMatching(/^invalid_(request|redirect_uri)$/),
        error_description: expect.any(String),
      });

      const shown = await server.get(url, { accept: 'text/html,*/*' });
      expect(shown.statusCode).toBe(400);
      expect(shown.headers['content-type']).toContain('text/html');
      expect(shown.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  it('tells the user of an unknown client what to do', async () => {
    const reply = await anIssuer().authorize(anAuthorization('nobody'));

    expect(reply.json()).toMatchObject({
      error: 'invalid_request',
      error_description:
        'This sign-in is not possible: The application is not known here: it registered long ago, or what it says about itself cannot be read. ' +
        'Remove this server from the application and add it again.',
    });
  });

  it('is in the journal when it is refused, whoever is told', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const known = anAuthorization(clientId);
    server.journal.events.length = 0;

    await server.authorize(known);
    await server.authorize(anAuthorization('nobody'));
    await server.authorize({ ...known, redirect_uri: 'https://evil.test/x' });
    await server.authorize({ ...known, resource: 'https://other.test/mcp' });
    await server.authorize({ ...known, response_type: 'token' });
    await server.post('/authorize', { ...known, state: 'x'.repeat(20_000) });

    const refused = { type: 'auth.authorize', status: 'error', userId: null, ip: '127.0.0.1' };
    expect(server.journal.events).toMatchObject([
      { ...refused, reason: 'invalid_client', clientId: null },
      { ...refused, reason: 'invalid_redirect_uri', clientId },
      { ...refused, reason: 'invalid_target', clientId },
      { ...refused, reason: 'unsupported_response_type', clientId },
      { ...refused, reason: 'invalid_request', clientId: null },
    ]);
  });

  it('is told which resource there is', async () => {
    const server = anIssuer();
    const other = { resource: 'https://other.test/mcp' };
    const reply = await server.authorize({ ...anAuthorization(await server.client()), ...other });

    expect(errorOf(reply.headers.location)).toMatchObject({
      error: 'invalid_target',
      error_description: `The resource of this server is ${ISSUER}/mcp`,
    });
  });

  it('does not repeat what it was given in its page', async () => {
    const server = anIssuer();
    const reply = await server.get('/authorize?client_id=%3Cscript%3E&state=%3Cscript%3E', {
      accept: 'text/html',
    });

    expect(reply.body).not.toContain('<script');
  });

  it.each([
    ['no challenge', { code_challenge: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge of another length', { code_challenge: 'a'.repeat(44) }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['another resource', { resource: 'https://other.test/mcp' }, 'invalid_target'],
    ['a resource that is no URL', { resource: 'mcp' }, 'invalid_target'],
    ['a scope with a quote', { scope: 'a"b' }, 'invalid_scope'],
  ])('sends the client an error for %s', async (_what, wrong, error) => {
    const server = anIssuer();
    const reply = await server.authorize({ ...anAuthorization(await server.client()), ...wrong });

    expect(reply.statusCode).toBe(302);
    expect(String(reply.headers.location)).toMatch(REDIRECT);
    expect(errorOf(reply.headers.location)).toMatchObject({
      error,
      error_description: expect.any(String),
      state: 'st-1',
      iss: ISSUER,
    });
  });

  it.each(['response_type', 'code_challenge', 'scope', 'state'])(
    'refuses %s when it comes twice',
    async (name) => {
      const server = anIssuer();
      const form = new URLSearchParams({ scope: 'a', ...anAuthorization(await server.client()) });
      form.append(name, 'again');
      const reply = await server.get(`/authorize?${form.toString()}`);

      expect(errorOf(reply.headers.location)).toMatchObject({ error: 'invalid_request', iss: ISSUER });
    },
  );

  it.each([ISSUER, `${ISSUER}/mcp`, `${ISSUER}/mcp/`, 'HTTP://LOCALHOST:8000/mcp'])(
    'takes %s for itself',
    async (resource) => {
      const server = anIssuer();
      expect(
        waiting(await server.authorize({ ...anAuthorization(await server.client()), resource })).uid,
      ).not.toBe('');
    },
  );
});

describe('the wait for a user', () => {
  it('is known to the browser that began it, and to no other', async () => {
    const server = anIssuer({ config: { clients: [desk] }, requiredScopes: ['x'] });
    const { uid, cookies } = waiting(await server.authorize({ ...anAuthorization('desk'), scope: 'a b' }));

    expect(await server.pending(uid, cookies)).toEqual({
      uid,
      clientId: 'desk',
      clientName: 'Desk App',
      isStatic: true,
      isMetadataDocument: false,
      redirectUri: REDIRECT,
      scopes: ['a'],
    });
    expect(await server.pending(uid, '')).toBeNull();
    expect(await server.pending('another', cookies)).toBeNull();
  });

  it('ends with the error that the login names', async () => {
    const server = anIssuer();
    const asked = await server.authorize(anAuthorization(await server.client()));
    const { uid, cookies } = waiting(asked);
    const back = await server.issuer.pendingLogins.refuse(uid, 'access_denied', 'The user said no');
    const done = await server.get(back?.pathname ?? '', { cookie: cookies });

    expect(errorOf(done.headers.location)).toEqual({
      error: 'access_denied',
      error_description: 'The user said no',
      state: 'st-1',
      iss: ISSUER,
    });
    expect(await server.issuer.pendingLogins.refuse(uid, 'access_denied', '')).toBeNull();
    expect(await server.issuer.pendingLogins.approve(uid, 'g', 'a')).toBeNull();
  });

  it('cannot be resumed without its cookie, twice, or before the login', async () => {
    const server = anIssuer();
    const { uid, cookies } = waiting(await server.authorize(anAuthorization(await server.client())));
    const path = `/authorize/${uid}`;

    const early = await server.get(path, { cookie: cookies });
    expect(String(early.headers.location)).not.toContain('code=');

    const again = waiting(early);
    await server.issuer.pendingLogins.approve(again.uid, 'g1', 'acct-1');
    expect((await server.get(`/authorize/${again.uid}`)).statusCode).toBe(400);
    const done = await server.get(`/authorize/${again.uid}`, { cookie: again.cookies });
    expect(errorOf(done.headers.location)).toHaveProperty('code');
    expect((await server.get(`/authorize/${again.uid}`, { cookie: again.cookies })).statusCode).toBe(400);
  });

  it('asks every time: nobody stays signed in', async () => {
    const server = anIssuer();
    const clientId = await server.client();
    const first = await server.authorize(anAuthorization(clientId));
    const { uid, cookies } = waiting(first);
    await server.issuer.pendingLogins.approve(uid, 'g1', 'acct-1');
    const done = await server.get(`/authorize/${uid}`, { cookie: cookies });
    const kept = [...first.cookies, ...done.cookies].map(({ name, value }) => `${name}=${value}`).join('; ');

    expect(kept).not.toContain('session');
    const url = `/authorize?${new URLSearchParams(anAuthorization(clientId)).toString()}`;
    expect(waiting(await server.get(url, { cookie: kept })).uid).not.toBe('');
  });
});

describe('an issuer below a path, behind a proxy that takes the path off', () => {
  const issuer = 'https://tools.example.test/data';

  it('sends the browser to URLs with the path, and its cookies too', async () => {
    const server = anIssuer({ config: { issuer } });
    const clientId = await server.client();
    const asked = await server.authorize(anAuthorization(clientId));
    const { uid } = waiting(asked);

    expect(asked.headers.location).toBe(`${issuer}/consent/${uid}`);
    expect(asked.cookies).toEqual([
      {
        name: expect.stringMatching(/^__Host-mxcp_wait_[\da-f]{16}$/),
        value: '1',
        maxAge: 900,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
      },
    ]);
    expect(await server.issuer.pendingLogins.approve(uid, 'g1', 'acct-1')).toEqual(
      new URL(`${issuer}/authorize/${uid}`),
    );
  });

  it('does not know a browser by cookies that another host of the domain could set', async () => {
    const server = anIssuer({ config: { issuer } });
    const { uid, cookies } = waiting(await server.authorize(anAuthorization(await server.client())));
    const tossed = [cookies.replaceAll('__Host-', ''), `mxcp_interaction=${uid}; mxcp_resume=${uid}`].join(
      '; ',
    );

    expect(await server.pending(uid, tossed)).toBeNull();
    await server.issuer.pendingLogins.approve(uid, 'g1', 'acct-1');
    const stolen = await server.get(`/authorize/${uid}`, { cookie: tossed });
    expect([stolen.statusCode, stolen.headers.location]).toEqual([400, undefined]);

    const own = await server.get(`/authorize/${uid}`, { cookie: cookies });
    expect(new URL(String(own.headers.location)).searchParams.get('code')).not.toBeNull();
    expect(own.cookies).toMatchObject([{ value: '', maxAge: 0 }]);
  });

  it('answers with an issuer of the same bytes', async () => {
    const server = anIssuer({ config: { issuer } });
    const login = await server.login(await server.client());

    expect(login.to.searchParams.get('iss')).toBe(issuer);
    expect((await server.redeem(login)).statusCode).toBe(200);
  });
});

describe('a flood of authorization requests', () => {
  it('is refused before it fills the store', async () => {
    const server = anIssuer();
    const form = anAuthorization(await server.client());

    const replies = [];
    for (let count = 0; count <= 300; count += 1) replies.push(await server.authorize(form));

    expect(replies.filter((reply) => waiting(reply).uid !== '')).toHaveLength(300);
    expect(replies.at(-1)?.statusCode).toBe(429);
  });

  it('cannot leave long requests', async () => {
    const server = anIssuer();
    const state = 'x'.repeat(20_000);

    const reply = await server.post('/authorize', { ...anAuthorization(await server.client()), state });

    expect(reply.statusCode).toBe(413);
  });

  it('does not begin a login for HEAD', async () => {
    const server = anIssuer();
    const url = `/authorize?${new URLSearchParams(anAuthorization(await server.client())).toString()}`;

    expect((await server.app.inject({ method: 'HEAD', url })).statusCode).toBe(404);
  });
});

describe('a client that was taken over from the Python server, which let anything register', () => {
  const taken = (redirectUris: readonly string[]) => ({
    client_id: 'taken-over',
    client_name: 'Taken over',
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  });

  it.each([
    ['http elsewhere', 'http://evil.test/done'],
    ['a script', 'javascript:alert(1)'],
    ['a fragment', 'https://app.test/done#x'],
    ['a user name', 'https://app.test@evil.test/done'],
  ])('sends nobody to %s', async (_what, uri) => {
    const server = anIssuer();
    await server.store.put('Client', 'taken-over', taken([uri, REDIRECT]), null);
    const asked = { ...anAuthorization('taken-over'), redirect_uri: uri, code_challenge: 'short' };

    const { statusCode, headers } = await server.authorize(asked);

    expect([statusCode, headers.location]).toEqual([400, undefined]);
  });

  it.each([
    ['a loopback host with another port', REDIRECT, 'http://127.0.0.1:9/done'],
    ['an editor', 'cursor://app/done', 'cursor://app/done'],
  ])('still works on %s', async (_what, registered, uri) => {
    const server = anIssuer();
    const uris = [registered, 'http://evil.test/done'];
    await server.store.put('Client', 'taken-over', taken(uris), null);

    const asked = await server.authorize({ ...anAuthorization('taken-over'), redirect_uri: uri });

    expect(waiting(asked).uid).not.toBe('');
  });

  it('is unknown when nobody may be sent to any of its URIs', async () => {
    const server = anIssuer();
    await server.store.put('Client', 'taken-over', taken(['http://evil.test/done']), null);

    const { statusCode, headers } = await server.authorize(anAuthorization('taken-over'));

    expect([statusCode, headers.location]).toEqual([400, undefined]);
  });
});
