import { describe, expect, it } from 'vitest';
import { loadConfig, userProfile } from '../../../../builders/a-config-load.js';

type Kind = 'github' | 'google' | 'atlassian' | 'salesforce' | 'keycloak' | 'oidc';

/** The least that each block must say. */
const least: Readonly<Record<Kind, string>> = {
  github: '',
  google: 'scope: openid',
  atlassian: 'scope: read:me',
  salesforce: '',
  keycloak: 'realm: staff, server_url: "https://kc.test/auth/"',
  oidc: 'config_url: "https://login.test/.well-known/openid-configuration", scope: openid',
};

async function load(kind: Kind, more = '') {
  const own = ['client_id: app, client_secret: s3cret', least[kind], more].filter((part) => part !== '');
  const user = userProfile(`auth: {provider: ${kind}, ${kind}: {${own.join(', ')}}}`);
  const { auth } = await loadConfig({ user });
  const { oauth } = auth;
  return { provider: oauth?.mode === 'issuer' ? oauth.provider : null, problems: auth.problems, auth };
}

describe('the identity provider', () => {
  it.each<[Kind, object]>([
    [
      'github',
      {
        authUrl: 'https://github.com/login/oauth/authorize',
        tokenUrl: 'https://github.com/login/oauth/access_token',
        scope: '',
      },
    ],
    [
      'google',
      {
        authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        scope: 'openid',
      },
    ],
    [
      'atlassian',
      { authUrl: 'https://auth.atlassian.com/authorize', tokenUrl: 'https://auth.atlassian.com/oauth/token' },
    ],
    [
      'salesforce',
      {
        authUrl: 'https://login.salesforce.com/services/oauth2/authorize',
        tokenUrl: 'https://login.salesforce.com/services/oauth2/token',
      },
    ],
    ['keycloak', { realmUrl: 'https://kc.test/auth/realms/staff' }],
    [
      'oidc',
      {
        configUrl: 'https://login.test/.well-known/openid-configuration',
        audience: null,
        extraAuthorizeParams: {},
      },
    ],
  ])('%s needs no more than its block demands', async (kind, expected) => {
    const { provider, problems } = await load(kind);

    expect(provider).toMatchObject({
      kind,
      name: kind,
      clientId: 'app',
      callbackPath: `/${kind}/callback`,
      ...expected,
    });
    expect(provider?.clientSecret.reveal()).toBe('s3cret');
    expect(problems).toEqual([]);
  });

  it('takes what the block says instead', async () => {
    const urls = 'auth_url: "https://gh.test/a", token_url: "https://gh.test/t"';

    expect(
      (await load('github', `${urls}, callback_path: /cb, scope: " read:user "`)).provider,
    ).toMatchObject({
      authUrl: 'https://gh.test/a',
      tokenUrl: 'https://gh.test/t',
      callbackPath: '/cb',
      scope: 'read:user',
    });
    const more = 'provider_name: acme, audience: api, extra_authorize_params: {prompt: login}';
    expect((await load('oidc', more)).provider).toMatchObject({
      name: 'acme',
      audience: 'api',
      extraAuthorizeParams: { prompt: 'login' },
    });
  });

  it('is the public one also where only its page is another', async () => {
    const { provider, problems } = await load(
      'github',
      'auth_url: "https://github.com/login/oauth/authorize?x=1"',
    );

    expect([provider, problems]).toMatchObject([
      { tokenUrl: 'https://github.com/login/oauth/access_token' },
      [],
    ]);
  });

  it.each([
    ['github', 'GitHub'],
    ['google', 'Google'],
    ['atlassian', 'Atlassian'],
    ['salesforce', 'Salesforce'],
    ['keycloak', 'Keycloak'],
    ['oidc', 'OIDC'],
  ])('%s needs its block', async (kind, title) => {
    const { auth } = await loadConfig({ user: userProfile(`auth: {provider: ${kind}}`) });

    expect(auth.problems).toEqual([`${title} provider selected but no ${title} configuration found`]);
    expect([auth.provider, auth.oauth]).toEqual([kind, null]);
  });

  it.each<[Kind, string, string]>([
    [
      'github',
      'auth_url: "http://gh.test/a", token_url: "https://gh.test/t"',
      'auth.github.auth_url must use https',
    ],
    ['salesforce', 'token_url: "sf.test"', 'auth.salesforce.token_url must be an absolute https URL'],
    [
      'github',
      'auth_url: "https://gh.test/a"',
      'auth.github.token_url is needed beside auth_url: without it, codes and the secret of gh.test would go to github.com',
    ],
  ])('%s does not go where secrets would be seen (%s)', async (kind, urls, problem) => {
    expect((await load(kind, urls)).problems).toEqual([problem]);
  });

  it.each<[Kind, string, string]>([
    ['github', 'client_id: "", client_secret: s', 'client_id'],
    ['google', 'client_id: "", client_secret: s, scope: openid', 'client_id'],
    ['github', 'client_id: a, client_secret: ""', 'client_secret'],
    ['salesforce', 'client_id: a, client_secret: ""', 'client_secret'],
    ['keycloak', 'client_id: a, client_secret: s, server_url: "https://kc.test", realm: ""', 'realm'],
    ['oidc', 'client_id: "", client_secret: s, config_url: "https://l.test", scope: openid', 'client_id'],
  ])('%s is not asked with what a variable without a value leaves: {%s}', async (kind, block, field) => {
    const { auth } = await loadConfig({
      user: userProfile(`auth: {provider: ${kind}, ${kind}: {${block}}}`),
    });

    expect(auth.problems).toEqual([`auth.${kind}.${field} must not be empty`]);
  });

  it.each(['keycloak', 'oidc'] as const)('%s may know the server without a secret', async (kind) => {
    const block = `client_id: a, client_secret: "", ${least[kind]}`;
    const { auth } = await loadConfig({
      user: userProfile(`auth: {provider: ${kind}, ${kind}: {${block}}}`),
    });

    expect(auth.problems).toEqual([]);
  });

  it.each([
    ['cb', "must begin with '/'"],
    ['/mcp', 'is a path that the server needs for itself'],
    ['/', 'is a path that the server needs for itself'],
    ['/health', 'is a path that the server needs for itself'],
    ['/health/live', 'is a path that the server needs for itself'],
    ['/ready', 'is a path that the server needs for itself'],
    ['/status', 'is a path that the server needs for itself'],
    ['/consent/x', 'is a path that the server needs for itself'],
    ['/.well-known/cb', 'is a path that the server needs for itself'],
    ['/cb?x=1', 'may have letters, digits and -._~/ only'],
    ['/:any', 'may have letters, digits and -._~/ only'],
    ['/*', 'may have letters, digits and -._~/ only'],
  ])('cannot come back to %s', async (path, problem) => {
    expect((await load('github', `callback_path: "${path}"`)).problems).toEqual([
      `auth.github.callback_path ${problem}`,
    ]);
  });

  it.each(['/mcp/callback', '/auth/cb', '/tokens'])('can come back to %s', async (path) => {
    expect((await load('github', `callback_path: "${path}"`)).problems).toEqual([]);
  });

  it('of OpenID must be asked for openid', async () => {
    const user = userProfile(
      'auth: {provider: oidc, oidc: {config_url: "https://l.test", client_id: a, client_secret: b, scope: email}}',
    );

    await expect(loadConfig({ user })).rejects.toThrow("OIDC scope must include 'openid'");
  });
});
