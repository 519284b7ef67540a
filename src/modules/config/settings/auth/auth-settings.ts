import type { AuthConfig, ClaimMappings, HttpConfig } from '../../../../common/domain/app-config.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import type { Sources } from '../sources.js';
import { apiKeys } from './api-keys.js';
import { checkEdge } from './edge-checks.js';
import { Findings } from './findings.js';
import { issuerSettings } from './issuer-settings.js';
import { checkClientScopes, checkRequiredScopes } from './scope-checks.js';
import { verifierSettings } from './verifier-settings.js';

type Provider = NonNullable<AuthDocument['provider']>;

/**
 * Who may call, and how the server finds out. What it must not be served with is in `problems`, so that commands
 * that serve nobody go on.
 */
export function authSettings(
  sources: Sources,
  http: HttpConfig,
): { readonly config: AuthConfig; readonly warnings: readonly string[] } {
  const findings = new Findings();
  const auth = sources.userProfile.auth ?? {};
  const provider = providerOf(sources);
  const keys = apiKeys(sources.variables, findings);
  const isServed = http.transport !== 'stdio';
  if (isServed) checkEdge(http, findings);
  const oauth = isServed ? oauthOf(provider, auth, http, sources, findings) : null;
  const requiredScopes = auth.authorization?.required_scopes ?? [];
  if (oauth !== null) checkRequiredScopes(requiredScopes, findings);
  if (oauth?.mode === 'issuer') checkClientScopes(oauth.clients, requiredScopes, findings);
  return {
    config: {
      provider,
      oauth,
      apiKeys: keys,
      requiredScopes,
      claimMappings: claimMappings(provider, auth),
      problems: findings.problems,
    },
    warnings: findings.warnings,
  };
}

/** The user file's provider, else the site file's; either file can switch it off (operations.md §16.4). */
function providerOf({ siteProfile, userProfile, defaults }: Sources): Provider {
  const fallback = defaults.user_profile.auth;
  const isOff = siteProfile.auth?.enabled === false || userProfile.auth?.enabled === false;
  if (isOff || !fallback.enabled) return 'none';
  return userProfile.auth?.provider ?? siteProfile.auth?.provider ?? fallback.provider;
}

function oauthOf(
  provider: Provider,
  auth: AuthDocument,
  http: HttpConfig,
  sources: Sources,
  findings: Findings,
): AuthConfig['oauth'] {
  const mode = auth.mode ?? sources.defaults.user_profile.auth.mode;
  if (mode === 'verifier' && auth.enabled !== false) return verifierSettings(provider, auth, findings);
  return provider === 'none' ? null : issuerSettings(provider, auth, http, sources, findings);
}

function claimMappings(provider: Provider, auth: AuthDocument): ClaimMappings {
  return provider === 'none' ? {} : (auth[provider]?.claim_mappings ?? {});
}
