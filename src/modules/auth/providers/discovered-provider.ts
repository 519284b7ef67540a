import type { IdentityProviderConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import { discover } from './discovery.js';
import { openIdConfiguration } from './openid-configuration.js';
import { OpenIdProvider } from './openid-provider.js';
import { idOf, personOf, textOf, type PersonOf } from './person.js';
import type { ProviderHttp } from '../provider-http.js';
import { scopesIn } from './upstream-identity.js';

export type DiscoveredConfig = Extract<IdentityProviderConfig, { kind: 'keycloak' | 'oidc' }>;

/** Keycloak and every other OpenID provider: its discovery document says where everything is. */
export async function discoveredProvider(
  config: DiscoveredConfig,
  http: ProviderHttp,
  clock: Clock,
): Promise<OpenIdProvider> {
  const metadata = await discover(...documentOf(config), http);
  const audience = config.kind === 'oidc' && config.audience !== null ? { audience: config.audience } : {};
  const extra = config.kind === 'oidc' ? config.extraAuthorizeParams : {};
  const traits = {
    name: config.name,
    scope: scopeOf(config),
    configuration: openIdConfiguration(
      { metadata, openId: true },
      config.clientId,
      config.clientSecret,
      http,
    ),
    // a provider that does not say may know it, and ignores it otherwise
    pkce: metadata.code_challenge_methods_supported?.includes('S256') ?? true,
    authorizeParameters: { ...audience, ...extra },
    tokenParameters: audience,
    userInfoUrl: metadata.userinfo_endpoint,
    personOf: openIdPerson,
  };
  return new OpenIdProvider(traits, http, clock);
}

function documentOf(config: DiscoveredConfig): [url: string, field: string] {
  return config.kind === 'oidc'
    ? [config.configUrl, 'auth.oidc.config_url']
    : [`${config.realmUrl}/.well-known/openid-configuration`, 'auth.keycloak.server_url'];
}

/** Keycloak's user info answers tokens with the scope `openid` only, which its block need not name. */
function scopeOf({ kind, scope }: DiscoveredConfig): string {
  const scopes = scopesIn(scope);
  return kind === 'oidc' || scopes.includes('openid') ? scope : ['openid', ...scopes].join(' ');
}

const openIdPerson: PersonOf = (userInfo) =>
  personOf(userInfo, idOf(userInfo, 'sub'), textOf(userInfo, 'preferred_username'));
