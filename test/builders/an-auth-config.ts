import type { AuthConfig, IssuerConfig, VerifierConfig } from '../../src/common/domain/app-config.js';
import { Secret } from '../../src/common/domain/secret.js';
import { noAuth } from './a-config.js';

/** Users sign in at GitHub, with every default. */
export function anIssuer(overrides: Partial<IssuerConfig> = {}): AuthConfig {
  const oauth: IssuerConfig = {
    mode: 'issuer',
    issuer: 'http://127.0.0.1:8000',
    provider: {
      kind: 'github',
      name: 'github',
      clientId: 'app',
      clientSecret: new Secret('app-secret'),
      callbackPath: '/github/callback',
      scope: '',
      authUrl: 'https://github.com/login/oauth/authorize',
      tokenUrl: 'https://github.com/login/oauth/access_token',
    },
    clients: [],
    store: { kind: 'sqlite', path: '/project/oauth.db', keys: null },
    ...overrides,
  };
  return { ...noAuth, provider: 'github', oauth };
}

/** Clients bring tokens of an OpenID provider. */
export function aVerifier(overrides: Partial<VerifierConfig> = {}): AuthConfig {
  const oauth: VerifierConfig = {
    mode: 'verifier',
    name: 'oidc',
    configUrl: 'https://login.test/.well-known/openid-configuration',
    clientId: 'mxcp',
    clientSecret: new Secret('verifier-secret'),
    audience: null,
    verifyAudience: true,
    allowUserinfo: false,
    ...overrides,
  };
  return { ...noAuth, provider: 'oidc', oauth };
}
