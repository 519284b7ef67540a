import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { openIdentityProvider } from '../../../../src/modules/auth/providers/open-identity-provider.js';
import { ProviderHttp } from '../../../../src/modules/auth/provider-http.js';
import type { IdentityProviderConfig } from '../../../../src/common/domain/app-config.js';
import { aLogin } from '../../../builders/a-login.js';
import { fixedConfig } from '../../../builders/a-provider-config.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingFetch } from '../../../fakes/recording-fetch.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

const origin = 'https://login.idp.test';
const tokens = { access_token: 'opaque', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r1' };
const login = aLogin();
const callback = new URL(`${login.redirectUri}?code=c1&state=${login.state}`);

async function aProvider(config: IdentityProviderConfig, answers: Readonly<Record<string, object>>) {
  const web = new RecordingFetch(answers);
  const http = new ProviderHttp(web.fetch);
  return { web, provider: await openIdentityProvider(config, new FakeClock(), new RecordingLog(), http) };
}

describe('Google', () => {
  const userInfoUrl = 'https://www.googleapis.com/oauth2/v2/userinfo';
  const keysUrl = 'https://www.googleapis.com/oauth2/v3/certs';
  const user = {
    id: '1071',
    email: 'ada@gmail.test',
    verified_email: true,
    name: 'Ada',
    picture: 'https://pictures.example/1',
  };

  async function aGoogle(parts: { idToken?: object; user?: object } = {}) {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const claims = { iss: 'https://accounts.google.com', aud: 'client-1', sub: '1071', nonce: login.nonce };
    const idToken = await new SignJWT({ ...claims, hd: 'gmail.test', ...parts.idToken })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    return aProvider(fixedConfig('google', origin, 'openid email'), {
      [`${origin}/token`]: { ...tokens, id_token: idToken },
      [keysUrl]: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] },
      [userInfoUrl]: { ...user, ...parts.user },
    });
  }

  it('is asked for a refresh token, a nonce and PKCE', async () => {
    const { provider } = await aGoogle();
    const begun = await provider.begin(login);
    expect(begun.href).toContain(`${origin}/authorize?`);
    expect(Object.fromEntries(begun.searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      nonce: login.nonce,
      code_challenge_method: 'S256',
      scope: 'openid email',
    });
  });

  it('tells who signed in', async () => {
    const { provider, web } = await aGoogle();
    const identity = await provider.complete(login, callback);
    expect(identity).toMatchObject({
      userId: '1071',
      username: 'ada',
      email: 'ada@gmail.test',
      name: 'Ada',
      avatarUrl: 'https://pictures.example/1',
      profile: { hd: 'gmail.test', scope: 'openid email' },
    });
    expect(web.to(userInfoUrl).headers.get('authorization')).toBe('Bearer opaque');
  });

  it('does not give an unverified address', async () => {
    const { provider } = await aGoogle({ user: { verified_email: false } });
    await expect(provider.complete(login, callback)).resolves.toMatchObject({
      email: null,
      username: '1071',
    });
  });

  it.each([
    ['an ID token of another issuer', { idToken: { iss: 'https://evil.test' } }],
    ['an ID token with another nonce', { idToken: { nonce: 'other' } }],
    ['user info of another user', { user: { id: '666' } }],
  ])('does not believe %s', async (_, lie) => {
    const { provider } = await aGoogle(lie);
    await expect(provider.complete(login, callback)).rejects.toMatchObject({ error: 'invalid_token' });
  });
});

describe('Atlassian', () => {
  const userInfoUrl = 'https://api.atlassian.com/me';
  const user = {
    account_id: 'a-1',
    email: 'ada@acme.test',
    name: 'Ada',
    picture: 'https://pictures.example/2',
  };

  it('is asked in its own words and answers with JSON', async () => {
    const { provider, web } = await aProvider(fixedConfig('atlassian', origin, 'read:me'), {
      [`${origin}/token`]: tokens,
      [userInfoUrl]: user,
    });
    const begun = await provider.begin(login);
    expect(Object.fromEntries(begun.searchParams)).toMatchObject({
      audience: 'api.atlassian.com',
      prompt: 'consent',
      code_challenge_method: 'S256',
    });
    expect(begun.searchParams.has('nonce')).toBe(false);

    const identity = await provider.complete(login, callback);

    const exchange = web.to(`${origin}/token`);
    expect(exchange.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(exchange.body)).toEqual({
      grant_type: 'authorization_code',
      client_id: 'client-1',
      client_secret: 'canary-secret',
      code: 'c1',
      code_verifier: login.codeVerifier,
      redirect_uri: login.redirectUri,
    });
    expect(identity).toMatchObject({ userId: 'a-1', username: 'ada', avatarUrl: user.picture });
  });

  it('prefers the nickname, and the id where there is neither name nor address', async () => {
    const config = fixedConfig('atlassian', origin, 'read:me');
    const named = await aProvider(config, {
      [`${origin}/token`]: tokens,
      [userInfoUrl]: { ...user, nickname: 'countess' },
    });
    await expect(named.provider.complete(login, callback)).resolves.toMatchObject({ username: 'countess' });

    const bare = await aProvider(config, {
      [`${origin}/token`]: tokens,
      [userInfoUrl]: { account_id: 'a-1' },
    });
    await expect(bare.provider.complete(login, callback)).resolves.toMatchObject({
      username: 'a-1',
      email: null,
      name: null,
      avatarUrl: null,
    });
  });

  it('renews with the refresh token and the granted scopes', async () => {
    const { provider, web } = await aProvider(fixedConfig('atlassian', origin, 'read:me offline_access'), {
      [`${origin}/token`]: { ...tokens, scope: 'read:me' },
      [userInfoUrl]: user,
    });
    await provider.refresh(await provider.complete(login, callback));
    expect(JSON.parse(web.fetched.at(-2)?.body ?? '')).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'r1',
      scope: 'read:me',
    });
  });
});

describe('Salesforce', () => {
  const userInfoUrl = `${origin}/services/oauth2/userinfo`;
  const user = {
    sub: 'https://login.salesforce.com/id/00D/005',
    user_id: '005',
    username: 'ada@acme.sandbox',
    email: 'ada@acme.test',
    email_verified: true,
    photos: { picture: 'https://pictures.example/3' },
  };

  it('is asked at the host of its token URL, with PKCE, and without a scope when there is none', async () => {
    const { provider, web } = await aProvider(fixedConfig('salesforce', origin, ''), {
      [`${origin}/token`]: { ...tokens, expires_in: undefined, id_token: 'not.checked.here' },
      [userInfoUrl]: user,
    });
    const begun = await provider.begin(login);
    expect(begun.searchParams.get('code_challenge_method')).toBe('S256');
    expect(begun.searchParams.has('scope')).toBe(false);

    const identity = await provider.complete(login, callback);

    expect(identity).toMatchObject({
      userId: '005',
      username: 'ada@acme.sandbox',
      email: 'ada@acme.test',
      avatarUrl: 'https://pictures.example/3',
      tokens: { expiresAt: null, scopes: [] },
    });
    expect(identity.profile).not.toHaveProperty('scope');
    expect(new URLSearchParams(web.to(`${origin}/token`).body).get('code_verifier')).toBe(login.codeVerifier);
  });

  it('has nothing to revoke with', async () => {
    const { provider, web } = await aProvider(fixedConfig('salesforce', origin, ''), {
      [`${origin}/token`]: tokens,
      [userInfoUrl]: user,
    });
    const { tokens: held } = await provider.complete(login, callback);
    const before = web.fetched.length;
    await provider.revoke(held);
    expect(web.fetched).toHaveLength(before);
  });
});
