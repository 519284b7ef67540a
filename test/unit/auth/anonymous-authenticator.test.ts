import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../src/common/domain/principal.js';
import { ConfigInvalidError } from '../../../src/common/errors/config-errors.js';
import { AnonymousAuthenticator } from '../../../src/modules/auth/anonymous-authenticator.js';

describe('AnonymousAuthenticator', () => {
  it('makes everyone anonymous while no provider is configured', async () => {
    expect(await new AnonymousAuthenticator({ provider: 'none', expectsApiKeys: false }).authenticate()).toBe(
      anonymous,
    );
  });

  it.each(['github', 'keycloak', 'oidc', ''])('refuses to stand in for the provider %j', (provider) => {
    expect(() => new AnonymousAuthenticator({ provider, expectsApiKeys: false })).toThrow(ConfigInvalidError);
    expect(() => new AnonymousAuthenticator({ provider, expectsApiKeys: false })).toThrow(
      'is not supported yet in this version',
    );
  });

  it('does not serve openly where keys are expected', () => {
    expect(() => new AnonymousAuthenticator({ provider: 'none', expectsApiKeys: true })).toThrow(
      /^MCP_API_KEYS is not supported yet/,
    );
  });
});
