import { describe, expect, it } from 'vitest';
import { supportedScopes } from '../../../../src/modules/auth/http/supported-scopes.js';
import { anIssuer, aVerifier } from '../../../builders/an-auth-config.js';

const client = { clientId: 'a', name: 'A', clientSecret: null, redirectUris: ['https://a.test'] };

describe('supportedScopes', () => {
  it('are those needed and those of registered clients, each once', () => {
    const clients = [
      { ...client, grantTypes: [], scopes: ['write', 'read'] },
      { ...client, grantTypes: [], scopes: [] },
    ];

    expect(supportedScopes(['read'], anIssuer({ clients }).oauth)).toEqual(['read', 'write']);
  });

  it('are only those needed where others issue the tokens', () => {
    expect(supportedScopes(['read'], aVerifier().oauth)).toEqual(['read']);
  });
});
