import type { IdentityProviderConfig } from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import { checkGiven } from './check-given.js';
import type { Findings } from './findings.js';
import { checkProviderUrl } from './url-checks.js';

type Kind = IdentityProviderConfig['kind'];

/** How error texts of the reference name the providers. */
const titles: Readonly<Record<Kind, string>> = {
  github: 'GitHub',
  google: 'Google',
  atlassian: 'Atlassian',
  salesforce: 'Salesforce',
  keycloak: 'Keycloak',
  oidc: 'OIDC',
};

/** Public authorization and token endpoints, where a block names none. */
const endpoints = {
  github: {
    authUrl: 'https://github.com/login/oauth/authorize',
    tokenUrl: 'https://github.com/login/oauth/access_token',
  },
  google: {
    authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
  },
  atlassian: {
    authUrl: 'https://auth.atlassian.com/authorize',
    tokenUrl: 'https://auth.atlassian.com/oauth/token',
  },
  salesforce: {
    authUrl: 'https://login.salesforce.com/services/oauth2/authorize',
    tokenUrl: 'https://login.salesforce.com/services/oauth2/token',
  },
} as const;

/** The provider that users sign in at (auth.md §1.2); null, with a problem, when its block is missing. */
export function identityProvider(
  kind: Kind,
  auth: AuthDocument,
  findings: Findings,
): IdentityProviderConfig | null {
  const block = auth[kind];
  if (!block) {
    findings.problem(`${titles[kind]} provider selected but no ${titles[kind]} configuration found`);
    return null;
  }
  const common = {
    name: kind,
    clientId: block.client_id,
    clientSecret: new Secret(block.client_secret),
    callbackPath: block.callback_path ?? `/${kind}/callback`,
    scope: block.scope?.trim() ?? '',
  };
  checkGiven(`auth.${kind}.client_id`, block.client_id, findings);
  checkCallbackPath(`auth.${kind}.callback_path`, common.callbackPath, findings);
  if (kind === 'keycloak') return keycloak(auth, common, findings);
  if (kind === 'oidc') return oidc(auth, common, findings);
  checkGiven(`auth.${kind}.client_secret`, block.client_secret, findings);
  const { auth_url, token_url } = auth[kind] ?? {};
  const urls = {
    authUrl: auth_url ?? endpoints[kind].authUrl,
    tokenUrl: token_url ?? endpoints[kind].tokenUrl,
  };
  checkProviderUrl(`auth.${kind}.auth_url`, urls.authUrl, findings);
  checkProviderUrl(`auth.${kind}.token_url`, urls.tokenUrl, findings);
  if (token_url === undefined) checkSameHost(kind, urls.authUrl, findings);
  return { ...common, kind, ...urls };
}

/** An Enterprise Server or a sandbox is another place altogether: what belongs there must not go to the public one. */
function checkSameHost(kind: keyof typeof endpoints, authUrl: string, findings: Findings): void {
  const given = URL.parse(authUrl)?.host;
  const { authUrl: usual, tokenUrl } = endpoints[kind];
  if (given === undefined || given === new URL(usual).host) return;
  findings.problem(
    `auth.${kind}.token_url is needed beside auth_url: without it, codes and the secret of ${given} would go to ` +
      new URL(tokenUrl).host,
  );
}

/** What the server answers itself; a second route of the same path would keep it from starting. */
const ownPaths =
  /^\/(?:(?:|mcp|token|register|revoke|jwks|ready|status|metrics)$|(?:authorize|consent|health|\.well-known)(?:\/|$))/;

function checkCallbackPath(field: string, path: string, findings: Findings): void {
  if (!path.startsWith('/')) findings.problem(`${field} must begin with '/'`);
  else if (!/^[\w.~/-]+$/.test(path)) {
    findings.problem(`${field} may have letters, digits and -._~/ only`);
  } else if (ownPaths.test(path)) {
    findings.problem(`${field} is a path that the server needs for itself`);
  }
}

type Common = Pick<IdentityProviderConfig, 'name' | 'clientId' | 'clientSecret' | 'callbackPath' | 'scope'>;

function keycloak(
  { keycloak: block }: AuthDocument,
  common: Common,
  findings: Findings,
): IdentityProviderConfig {
  const serverUrl = (block?.server_url ?? '').replace(/\/+$/, '');
  checkProviderUrl('auth.keycloak.server_url', serverUrl, findings);
  checkGiven('auth.keycloak.realm', block?.realm ?? '', findings);
  const realmUrl = `${serverUrl}/realms/${encodeURIComponent(block?.realm ?? '')}`;
  return { ...common, kind: 'keycloak', realmUrl };
}

function oidc({ oidc: block }: AuthDocument, common: Common, findings: Findings): IdentityProviderConfig {
  const configUrl = block?.config_url ?? '';
  checkProviderUrl('auth.oidc.config_url', configUrl, findings);
  return {
    ...common,
    kind: 'oidc',
    name: block?.provider_name ?? 'oidc',
    configUrl,
    audience: block?.audience ?? null,
    extraAuthorizeParams: block?.extra_authorize_params ?? {},
  };
}
