import { describe, expect, it } from 'vitest';
import { loadConfig, userProfile } from '../../../../builders/a-config-load.js';

const block =
  'config_url: "https://login.test/.well-known/openid-configuration", client_id: mxcp, client_secret: s, scope: openid';

async function load(auth: string) {
  return loadConfig({ user: userProfile(`auth: {mode: verifier, ${auth}}`) });
}

describe('verifier mode', () => {
  it('checks tokens of an OpenID provider, strictly', async () => {
    const { auth, warnings } = await load(`provider: oidc, oidc: {${block}}`);

    expect(auth.oauth).toMatchObject({
      mode: 'verifier',
      name: 'oidc',
      configUrl: 'https://login.test/.well-known/openid-configuration',
      clientId: 'mxcp',
      audience: null,
      verifyAudience: true,
      allowUserinfo: false,
    });
    expect([auth.problems, warnings]).toEqual([[], []]);
  });

  it('needs no name that clients can use: it issues nothing', async () => {
    const user = `${userProfile(`auth: {mode: verifier, provider: oidc, oidc: {${block}}}`)}transport: {http: {host: 0.0.0.0}}\n`;

    expect((await loadConfig({ user })).auth.problems).toEqual([]);
  });

  it('takes name, audience and exceptions of the block, and warns of what opens the server', async () => {
    const more = 'provider_name: acme, audience: api, verify_audience: false, allow_userinfo: true';
    const { auth, warnings } = await load(`provider: oidc, oidc: {${block}, ${more}}`);

    expect(auth.oauth).toMatchObject({
      name: 'acme',
      audience: 'api',
      verifyAudience: false,
      allowUserinfo: true,
    });
    expect(warnings).toEqual([
      'auth.oidc.verify_audience is false: tokens that the provider issued for other services open this one',
    ]);
  });

  it.each(['provider: none', 'provider: keycloak', 'clients: []'])(
    'is for OpenID only, not {%s}',
    async (auth) => {
      expect((await load(auth)).auth.problems).toEqual([
        'Verifier mode currently supports provider=oidc only',
      ]);
    },
  );

  it('needs the id under which the provider knows the server', async () => {
    const empty = block.replace('client_id: mxcp', 'client_id: ""');

    expect((await load(`provider: oidc, oidc: {${empty}}`)).auth.problems).toEqual([
      'auth.oidc.client_id must not be empty',
    ]);
  });

  it('needs its block', async () => {
    expect((await load('provider: oidc')).auth.problems).toEqual([
      'OIDC verifier selected but no OIDC configuration found',
    ]);
  });

  it('does not ask a provider in clear', async () => {
    const { auth } = await load(`provider: oidc, oidc: {${block.replace('https:', 'http:')}}`);

    expect(auth.problems).toEqual(['auth.oidc.config_url must use https']);
  });

  it.each(['callback_path: /cb', 'extra_authorize_params: {a: b}'])('has no use for %s', async (more) => {
    await expect(load(`provider: oidc, oidc: {${block}, ${more}}`)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Extra inputs are not permitted') as string,
    });
  });

  it('is switched off with the rest', async () => {
    expect((await load('enabled: false, provider: oidc')).auth).toMatchObject({ oauth: null, problems: [] });
  });
});
