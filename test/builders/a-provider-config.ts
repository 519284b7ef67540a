import type { FakeGitHub } from '../../e2e/support/fake-github.ts';
import type { FakeOpenId } from '../../e2e/support/fake-openid.ts';
import type { IdentityProviderConfig } from '../../src/common/domain/app-config.js';
import { Secret } from '../../src/common/domain/secret.js';

type Config<K extends IdentityProviderConfig['kind']> = Extract<IdentityProviderConfig, { kind: K }>;

export function gitHubConfig(github: FakeGitHub, scope = 'user:email read:org'): IdentityProviderConfig {
  const { authUrl, tokenUrl } = github;
  return {
    ...common('github', github.clientId, github.clientSecret, scope),
    kind: 'github',
    authUrl,
    tokenUrl,
  };
}

export function oidcConfig(openId: FakeOpenId, parts: Partial<Config<'oidc'>> = {}): IdentityProviderConfig {
  return {
    ...common('acme', openId.clientId, openId.clientSecret, 'openid profile email'),
    kind: 'oidc',
    configUrl: openId.configUrl,
    audience: null,
    extraAuthorizeParams: {},
    ...parts,
  };
}

/** @param openId with a path `/realms/…` */
export function keycloakConfig(openId: FakeOpenId, scope = ''): IdentityProviderConfig {
  return {
    ...common('keycloak', openId.clientId, openId.clientSecret, scope),
    kind: 'keycloak',
    realmUrl: openId.issuer,
  };
}

/** @param origin where both URLs of the block are */
export function fixedConfig(
  kind: 'google' | 'atlassian' | 'salesforce',
  origin: string,
  scope: string,
): IdentityProviderConfig {
  const urls = { authUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` };
  return { ...common(kind, 'client-1', 'canary-secret', scope), kind, ...urls };
}

function common(name: string, clientId: string, clientSecret: string, scope: string) {
  return { name, clientId, clientSecret: new Secret(clientSecret), callbackPath: '/callback', scope };
}
