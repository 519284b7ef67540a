import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../../../e2e/support/faulty-server.ts';
import { ada, startFakeOpenId, type FakeOpenId } from '../../../../e2e/support/fake-openid.ts';
import { openIdentityProvider } from '../../../../src/modules/auth/providers/open-identity-provider.js';
import { ProviderHttp } from '../../../../src/modules/auth/provider-http.js';
import { aLogin, comeBack, signIn } from '../../../builders/a-login.js';
import { keycloakConfig, oidcConfig } from '../../../builders/a-provider-config.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

type OidcParts = Parameters<typeof oidcConfig>[1];

async function anOpenId(
  prepare: (openId: FakeOpenId) => void = () => undefined,
  parts: OidcParts = {},
  timeoutMs?: number,
) {
  const openId = await startFakeOpenId();
  onTestFinished(() => openId.stop());
  prepare(openId);
  const clock = new FakeClock();
  const log = new RecordingLog();
  const http = new ProviderHttp(fetch, timeoutMs);
  const provider = await openIdentityProvider(oidcConfig(openId, parts), clock, log, http);
  return { openId, provider, clock, log };
}

describe('an OpenID provider', () => {
  it('signs a user in and tells who they are', async () => {
    const { provider, clock } = await anOpenId();

    const identity = await signIn(provider);

    expect(provider.name).toBe('acme');
    expect(identity).toMatchObject({
      userId: 'u-ada',
      username: 'ada',
      email: 'ada@acme.test',
      name: 'Ada Lovelace',
      avatarUrl: 'https://pictures.example/ada',
      tokens: {
        expiresAt: new Date(clock.now().getTime() + 300_000),
        scopes: ['openid', 'profile', 'email'],
      },
    });
  });

  it('merges the claims of both tokens and the user info, the later ones winning', async () => {
    const { provider, openId } = await anOpenId();
    openId.lies.idToken = { name: 'from the ID token', department: 'engines' };
    const { profile } = await signIn(provider);
    expect(profile).toMatchObject({
      scope: 'openid profile email',
      name: 'Ada Lovelace',
      department: 'engines',
      client_id: 'fake-client',
    });
  });

  it('adds the granted scopes as a claim when access tokens are opaque', async () => {
    const { provider, openId } = await anOpenId();
    openId.opaque = true;
    openId.lies.token = { scope: 'openid reports' };
    const { profile, tokens } = await signIn(provider);
    expect(profile).toMatchObject({ scope: 'openid reports' });
    expect(tokens.scopes).toEqual(['openid', 'reports']);
  });

  it('does not take an unverified address for the user’s', async () => {
    const { provider, openId } = await anOpenId();
    openId.user = { ...ada, preferred_username: undefined, email_verified: false };
    const identity = await signIn(provider);
    expect(identity).toMatchObject({ email: null, username: 'u-ada', profile: { email_verified: false } });
  });

  it('sends nonce, state, PKCE, audience and the operator’s parameters', async () => {
    const parts = { audience: 'https://api.acme.test', extraAuthorizeParams: { prompt: 'login' } };
    const { provider, openId } = await anOpenId(undefined, parts);
    const begun = await provider.begin(aLogin({ nonce: 'n1', state: 's1' }));
    expect(Object.fromEntries(begun.searchParams)).toMatchObject({
      client_id: 'fake-client',
      response_type: 'code',
      scope: 'openid profile email',
      nonce: 'n1',
      state: 's1',
      code_challenge_method: 'S256',
      audience: 'https://api.acme.test',
      prompt: 'login',
    });

    await provider.refresh(await signIn(provider));

    const exchanges = openId.asked.filter(({ endpoint }) => endpoint === 'token');
    expect(exchanges.map(({ body }) => body.get('audience'))).toEqual(Array(2).fill('https://api.acme.test'));
    expect(exchanges[0]?.body.get('client_secret')).toBe(openId.clientSecret);
  });

  it('leaves PKCE out where the provider says that it knows no S256', async () => {
    const { provider, openId } = await anOpenId((fake) => {
      fake.lies.metadata = { code_challenge_methods_supported: ['plain'] };
    });
    await expect(signIn(provider)).resolves.toMatchObject({ userId: 'u-ada' });
    expect(
      openId.asked.some(
        ({ url, body }) => url.searchParams.has('code_challenge') || body.has('code_verifier'),
      ),
    ).toBe(false);
  });

  it('sends its secret in a header where the provider knows nothing else', async () => {
    const { provider, openId } = await anOpenId((fake) => {
      fake.lies.metadata = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    });
    await expect(signIn(provider)).resolves.toMatchObject({ userId: 'u-ada' });
    expect(openId.asked.some(({ body }) => body.has('client_secret'))).toBe(false);
  });

  it('sends no secret where it was given an empty one', async () => {
    const openId = await startFakeOpenId({ clientSecret: '' });
    onTestFinished(() => openId.stop());
    const provider = await openIdentityProvider(oidcConfig(openId), new FakeClock(), new RecordingLog());
    await expect(signIn(provider)).resolves.toMatchObject({ userId: 'u-ada' });
    expect(openId.asked.some(({ body }) => body.has('client_secret'))).toBe(false);
  });

  it('does with a token answer that says little', async () => {
    const { provider, openId } = await anOpenId();
    openId.lies.token = { token_type: undefined, scope: null, refresh_token: null, expires_in: null };
    const { tokens } = await signIn(provider);
    expect(tokens).toMatchObject({
      refreshToken: null,
      expiresAt: null,
      scopes: ['openid', 'profile', 'email'],
    });
  });

  it.each<[string, (openId: FakeOpenId) => void]>([
    ['another nonce in the ID token', ({ lies }) => (lies.idToken = { nonce: 'other' })],
    ['no nonce in the ID token', ({ lies }) => (lies.idToken = { nonce: undefined })],
    ['another issuer in the ID token', ({ lies }) => (lies.idToken = { iss: 'https://evil.test' })],
    ['an ID token for somebody else', ({ lies }) => (lies.idToken = { aud: 'another-client' })],
    [
      'an ID token that another party asked for',
      (openId) => (openId.lies.idToken = { aud: [openId.clientId, 'x'], azp: 'x' }),
    ],
    ['an expired ID token', ({ lies }) => (lies.idToken = { exp: 1_700_000_000 })],
    ['no ID token', ({ lies }) => (lies.token = { id_token: undefined })],
    ['an ID token that is none', ({ lies }) => (lies.token = { id_token: 'a.b.c' })],
    ['user info of another user', ({ lies }) => (lies.userinfo = { sub: 'u-eve' })],
    ['user info without a user', ({ lies }) => (lies.userinfo = { sub: undefined })],
    ['a name that is no text', ({ lies }) => (lies.userinfo = { name: 7 })],
    ['another issuer at the callback', ({ lies }) => (lies.callback = { iss: 'https://evil.test' })],
    ['no issuer at the callback', ({ lies }) => (lies.callback = { iss: undefined })],
    ['another state', ({ lies }) => (lies.callback = { state: 'other' })],
  ])('does not believe %s', async (_, lie) => {
    const { provider, openId } = await anOpenId();
    lie(openId);
    const failure = await failureOf(signIn(provider));
    expect(failure).toMatchObject({ name: 'ProviderRefusedError', error: 'invalid_token' });
    expect(failure).not.toHaveProperty('cause');
  });

  it.each<[string, Parameters<FakeOpenId['mintIdToken']>[1]]>([
    ['a key that the provider does not publish', { strangerKid: 'stranger' }],
    ['no signature', { alg: 'none' }],
    ['the public key as a secret', { alg: 'HS256-public-key' }],
  ])('does not believe an ID token with %s', async (_, how) => {
    const { provider, openId } = await anOpenId();
    const login = aLogin();
    openId.lies.token = { id_token: await openId.mintIdToken({ nonce: login.nonce }, how) };
    await expect(signIn(provider, login)).rejects.toMatchObject({ error: 'invalid_token' });
    expect(openId.counts['userinfo']).toBe(0);
  });

  it('believes an ID token with the provider’s key', async () => {
    const { provider, openId } = await anOpenId();
    const login = aLogin();
    openId.lies.token = { id_token: await openId.mintIdToken({ nonce: login.nonce }) };
    await expect(signIn(provider, login)).resolves.toMatchObject({ userId: 'u-ada' });
  });

  it('is refused a code that another verifier belongs to', async () => {
    const { provider } = await anOpenId();
    const callback = await comeBack(await provider.begin(aLogin()));
    const other = aLogin({ codeVerifier: 'w'.repeat(43) });
    await expect(provider.complete(other, callback)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('passes on that the user said no', async () => {
    const { provider, openId } = await anOpenId();
    openId.denies = true;
    await expect(signIn(provider)).rejects.toMatchObject({ error: 'access_denied' });
    expect(openId.counts['token']).toBe(0);
  });

  it.each<[endpoint: string, Fault, object]>([
    ['token', 'refuse', { name: 'ProviderRefusedError', error: 'invalid_grant' }],
    ['token', 'empty', { name: 'ProviderRefusedError', error: 'invalid_grant' }],
    ['token', 'error', { name: 'ProviderUnavailableError' }],
    ['token', 'html', { name: 'ProviderUnavailableError' }],
    ['token', 'list', { name: 'ProviderUnavailableError' }],
    ['token', 'hang', { name: 'ProviderUnavailableError' }],
    ['token', 'redirect', { name: 'ProviderUnavailableError' }],
    ['token', 'huge', { name: 'ProviderUnavailableError' }],
    ['token', 'cut', { name: 'ProviderUnavailableError' }],
    ['userinfo', 'refuse', { name: 'ProviderRefusedError', error: 'invalid_token' }],
    ['userinfo', 'error', { name: 'ProviderUnavailableError' }],
    ['userinfo', 'html', { name: 'ProviderUnavailableError' }],
    ['userinfo', 'hang', { name: 'ProviderUnavailableError' }],
    ['jwks', 'error', { name: 'ProviderUnavailableError' }],
    ['jwks', 'html', { name: 'ProviderUnavailableError' }],
    ['jwks', 'hang', { name: 'ProviderUnavailableError' }],
  ])('says what it means that the %s endpoint does this: %s', async (endpoint, fault, error) => {
    const { provider, openId, log } = await anOpenId(undefined, {}, patience(fault));
    openId.fail(endpoint, fault);
    const failure = await failureOf(signIn(provider));
    expect(failure).toMatchObject(error);
    expect(failure).not.toHaveProperty('cause');
    expect(JSON.stringify([failure, log.lines])).not.toContain('canary');
    expect(log.lines).toMatchObject([{ level: 'warning', fields: { provider: 'acme', step: 'complete' } }]);
  });

  it('takes an error with status 200 for a refusal, however the token URL is spelt', async () => {
    const { provider, openId } = await anOpenId((fake) => {
      const spelt = `${fake.issuer.replace('http:', 'HTTP:')}/protocol/openid-connect/./token`;
      fake.lies.metadata = { token_endpoint: spelt };
    });
    openId.lies.token = { error: 'temporarily_unavailable' };
    await expect(signIn(provider)).rejects.toMatchObject({ error: 'temporarily_unavailable' });
  });
});

describe('refreshing', () => {
  it('renews the tokens and asks anew who the user is', async () => {
    const { provider, openId } = await anOpenId();
    const first = await signIn(provider);
    openId.user = { ...ada, name: 'Ada King' };

    const second = await provider.refresh(first);

    expect(second).toMatchObject({ userId: 'u-ada', name: 'Ada King', profile: { name: 'Ada King' } });
    expect(openId.asked.at(-2)?.body.get('scope')).toBe('openid profile email');
    await expect(provider.refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(provider.refresh(second)).resolves.toMatchObject({ name: 'Ada King' });
  });

  it('keeps the refresh token, and claims of the ID token, when neither comes again', async () => {
    const { provider, openId } = await anOpenId();
    openId.lies.idToken = { department: 'engines' };
    const first = await signIn(provider);
    openId.lies.token = { refresh_token: undefined, id_token: undefined };

    const second = await provider.refresh(first);

    expect(second.tokens.refreshToken?.reveal()).toBe(first.tokens.refreshToken?.reveal());
    expect(second.profile).toMatchObject({ department: 'engines' });
  });

  it('drops claims that the provider no longer makes', async () => {
    const { provider, openId } = await anOpenId();
    openId.lies.idToken = { department: 'engines' };
    const first = await signIn(provider);
    openId.lies.idToken = {};
    expect((await provider.refresh(first)).profile).not.toHaveProperty('department');
  });

  it('refuses tokens that suddenly belong to somebody else', async () => {
    const { provider, openId } = await anOpenId();
    const first = await signIn(provider);
    openId.lies.idToken = { sub: 'u-eve' };
    openId.lies.userinfo = { sub: 'u-eve' };
    await expect(provider.refresh(first)).rejects.toMatchObject({ error: 'invalid_token' });
  });

  it('is impossible without a refresh token', async () => {
    const { provider, openId } = await anOpenId();
    openId.withoutRefresh = true;
    const identity = await signIn(provider);
    await expect(provider.refresh(identity)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('revoking', () => {
  it('takes the refresh token back, then the access token', async () => {
    const { provider, openId } = await anOpenId();
    const { tokens } = await signIn(provider);
    await provider.revoke(tokens);
    expect(openId.revoked).toEqual([tokens.refreshToken?.reveal(), tokens.accessToken.reveal()]);
  });

  it('does not mind failures, nor providers that cannot', async () => {
    const { provider, openId } = await anOpenId();
    const { tokens } = await signIn(provider);
    openId.fail('revocation', 'error');
    await expect(provider.revoke(tokens)).resolves.toBeUndefined();

    const { provider: cannot, openId: plain } = await anOpenId((fake) => {
      fake.lies.metadata = { revocation_endpoint: undefined };
    });
    await cannot.revoke((await signIn(cannot)).tokens);
    expect(plain.revoked).toEqual([]);
  });
});

describe('Keycloak', () => {
  it('is found by its realm, and asked for an ID token though the block names no scope', async () => {
    const openId = await startFakeOpenId({ path: '/realms/demo' });
    onTestFinished(() => openId.stop());
    const provider = await openIdentityProvider(keycloakConfig(openId), new FakeClock(), new RecordingLog());

    const begun = await provider.begin(aLogin());

    expect(begun.pathname).toBe('/realms/demo/protocol/openid-connect/auth');
    expect(begun.searchParams.get('scope')).toBe('openid');
    await expect(signIn(provider)).resolves.toMatchObject({ userId: 'u-ada', username: 'ada' });
    expect(provider.name).toBe('keycloak');
  });
});

describe('discovery', () => {
  it.each(['issuer', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])(
    'fails with field, host and member when the document has no %s',
    async (member) => {
      const starting = anOpenId((fake) => {
        fake.lies.metadata = { [member]: undefined };
      });
      await expect(starting).rejects.toThrow(
        new RegExp(
          `discovery document of auth\\.oidc\\.config_url \\(host 127\\.0\\.0\\.1:\\d+\\).*no ${member}`,
        ),
      );
    },
  );

  it.each(['token', 'javascript:alert(1)', 'ftp://idp.test/token'])(
    'fails when an endpoint is %s',
    async (given) => {
      const starting = anOpenId((fake) => {
        fake.lies.metadata = { authorization_endpoint: given };
      });
      await expect(starting).rejects.toThrow('its authorization_endpoint is no http URL');
    },
  );

  it.each<[Fault, string]>([
    ['refuse', 'status 400'],
    ['error', 'status 500'],
    ['redirect', 'status 307'],
    ['html', 'no JSON object'],
    ['hang', 'timed out'],
  ])('fails with the reason when the provider does this: %s', async (fault, reason) => {
    const failing = (fake: FakeOpenId): void => {
      fake.fail('discovery', fault);
    };
    const starting = anOpenId(failing, {}, patience(fault));
    const code = fault === 'hang' ? 'UNAVAILABLE' : 'CONFIG_INVALID';
    await expect(starting).rejects.toMatchObject({ code });
    await expect(starting).rejects.toThrow(reason);
  });
});

/** Short where the provider does not answer at all; undefined: as in operation. */
function patience(fault: Fault): number | undefined {
  return fault === 'hang' ? 500 : undefined;
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (reason: unknown) => reason,
  );
}
