import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/common/domain/secret.js';
import { authenticationText } from '../../../src/modules/cli/serve/authentication-text.js';
import { aConfig, noAuth } from '../../builders/a-config.js';
import { anIssuer, aVerifier } from '../../builders/an-auth-config.js';

const { http } = aConfig();
const apiKeys = ['a', 'b'].map((key) => ({ name: null, key: new Secret(key.repeat(16)) }));

describe('authenticationText', () => {
  it.each([
    ['github (issuer http://127.0.0.1:8000)', { auth: anIssuer() }],
    ['oidc (tokens of https://login.test)', { auth: aVerifier() }],
    ['API keys (2)', { auth: { ...noAuth, apiKeys } }],
    ['oidc (tokens of https://login.test), API keys (2)', { auth: { ...aVerifier(), apiKeys } }],
    ['none, on this machine only', {}],
    ['none, on this machine only', { http: { ...http, host: '::1', publicUrl: 'http://[::1]:8000' } }],
    [
      'none, on this machine only',
      { http: { ...http, host: '127.0.0.2', publicUrl: 'http://127.0.0.2:8000' } },
    ],
    [
      '⚠️  none: everyone who reaches this address may call',
      { http: { ...http, host: '0.0.0.0', publicUrl: null } },
    ],
    [
      '⚠️  none: everyone who reaches this address may call',
      { http: { ...http, host: '10.0.0.7', publicUrl: 'http://10.0.0.7:8000' } },
    ],
    [
      '⚠️  none: everyone who reaches this address may call',
      { http: { ...http, baseUrl: 'https://x.test', publicUrl: 'https://x.test' } },
    ],
  ])('says %s', (text, config) => {
    expect(authenticationText(aConfig(config))).toBe(text);
  });
});
