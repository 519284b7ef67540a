import { describe, expect, it } from 'vitest';
import { discover } from '../../../../src/modules/auth/providers/discovery.js';
import { ProviderHttp } from '../../../../src/modules/auth/provider-http.js';
import { RecordingFetch } from '../../../fakes/recording-fetch.js';

const url = 'https://login.acme.test/.well-known/openid-configuration';
const document = {
  issuer: 'https://login.acme.test',
  authorization_endpoint: 'https://login.acme.test/authorize',
  token_endpoint: 'https://login.acme.test/token',
  userinfo_endpoint: 'https://login.acme.test/userinfo',
  jwks_uri: 'https://login.acme.test/keys',
};

function discovered(members: object) {
  const { fetch } = new RecordingFetch({ [url]: { ...document, ...members } });
  return discover(url, 'auth.oidc.config_url', new ProviderHttp(fetch));
}

describe('discovery over https', () => {
  it('gives what signing in needs, and nothing else', async () => {
    await expect(
      discovered({ revocation_endpoint: 'https://login.acme.test/revoke', claims: [] }),
    ).resolves.toEqual({
      ...document,
      revocation_endpoint: 'https://login.acme.test/revoke',
      authorization_response_iss_parameter_supported: false,
    });
  });

  it.each([
    'authorization_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'jwks_uri',
    'revocation_endpoint',
  ])('does not let %s fall back to http', async (member) => {
    await expect(discovered({ [member]: 'http://login.acme.test/x' })).rejects.toThrow(
      'OAuth server initialization failed: the discovery document of auth.oidc.config_url ' +
        `(host login.acme.test) cannot be used: its ${member} is no https URL`,
    );
  });

  it('does without members of the wrong type that it can do without', async () => {
    const found = await discovered({ code_challenge_methods_supported: 'S256', revocation_endpoint: 7 });
    expect(found).toEqual({ ...document, authorization_response_iss_parameter_supported: false });
  });

  it('says of a provider that does not answer that the time is over', async () => {
    const silent: typeof globalThis.fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        const { signal } = init ?? {};
        signal?.addEventListener('abort', () => {
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        });
      });

    await expect(discover(url, 'auth.oidc.config_url', new ProviderHttp(silent, 20))).rejects.toThrow(
      'OAuth server initialization timed out: auth.oidc.config_url (host login.acme.test) did not answer',
    );
  });
});
