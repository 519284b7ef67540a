import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import {
  errors,
  interactionPolicy,
  type Client,
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { IssuerConfig, OAuthClientConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import { authMethods } from '../clients/client-metadata.js';
import { applicationType } from '../clients/redirect-uris.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import type { UpstreamSessions } from '../sign-in.js';
import { ClientAdapter } from './client-adapter.js';
import type { ClientDocuments } from './client-documents.js';
import type { GrantEnding } from './grant-ending.js';
import { NoSessions } from './no-sessions.js';
import { innerScope, type ScopePolicy } from './scope-policy.js';
import { StoreAdapter } from './store-adapter.js';
import { CODE_S, INTERACTION_S, type TokenLifetimes } from './token-lifetimes.js';

export interface LibraryParts {
  readonly config: IssuerConfig;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly resources: ResourceIdentifiers;
  readonly scopes: ScopePolicy;
  readonly sessions: UpstreamSessions;
  readonly ending: GrantEnding;
  readonly lifetimes: TokenLifetimes;
  readonly documents: ClientDocuments;
}

type Features = NonNullable<Configuration['features']>;
type RevocationPolicy = NonNullable<NonNullable<Features['revocation']>['allowedPolicy']>;

export const cookieNames = {
  session: 'mxcp_session',
  interaction: 'mxcp_interaction',
  resume: 'mxcp_resume',
} as const;

const DAY_S = 86_400;
/** A login looks a client up several times; more than one fetch is of no use to anybody. */
const DOCUMENT_CACHE = { min: 300, max: DAY_S };

/** oidc-provider as this server needs it: everything off that the MCP authorization specification has no use for. */
export function libraryConfiguration(parts: LibraryParts): Configuration {
  const { config, store, clock, ending, lifetimes, documents } = parts;
  return {
    adapter: (kind) => {
      if (kind === 'Client') return new ClientAdapter(store, ending, clock);
      return kind === 'Session' ? new NoSessions() : new StoreAdapter(kind, store, ending, clock);
    },
    clients: config.clients.map(staticClient),
    ...protocol(),
    features: features(parts),
    extraParams: authorizationChecks(parts.scopes),
    interactions: {
      policy: [everyLogin()],
      url: (_ctx, interaction) => `${config.issuer}/consent/${interaction.uid}`,
    },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    ttl: {
      AccessToken: (ctx) => lifetimes.accessSeconds(ctx),
      AuthorizationCode: CODE_S,
      Grant: INTERACTION_S + CODE_S,
      Interaction: INTERACTION_S,
      RefreshToken: (ctx) => lifetimes.refreshSeconds(ctx),
      Session: INTERACTION_S,
    },
    fetch: (input) => documents.fetch(input instanceof Request ? input.url : input.toString()),
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  };
}

function protocol(): Configuration {
  return {
    routes: {
      authorization: '/authorize',
      token: '/token',
      registration: '/register',
      revocation: '/revoke',
    },
    scopes: [innerScope],
    claims: {},
    responseTypes: ['code'],
    clientAuthMethods: authMethods,
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: true,
    cookies: {
      names: cookieNames,
      long: { httpOnly: true, sameSite: 'lax', signed: false },
      short: { httpOnly: true, sameSite: 'lax', signed: false },
    },
    formats: { bitsOfOpaqueRandomness: 256 },
    clientBasedCORS: () => false,
    // no ID token is ever issued; oidc-provider wants a key all the same
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
  };
}

function features(parts: LibraryParts): Features {
  const { resources, scopes, documents } = parts;
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    claimsParameter: { enabled: false },
    registration: {
      enabled: true,
      issueRegistrationAccessToken: false,
      idFactory: () => randomUUID(),
      secretFactory: () => randomBytes(32).toString('hex'),
    },
    revocation: { enabled: true, allowedPolicy: revocationCheck(parts) },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resources.canonical,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (!resources.includes(resource))
          throw new errors.InvalidTarget(`The resource of this server is ${resources.canonical}`);
        return {
          audience: resources.canonical,
          scope: [innerScope, ...scopes.supported].join(' '),
          accessTokenFormat: 'opaque',
        };
      },
    },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      allowFetch: (_ctx, clientId) => documents.isDocumentUrl(clientId),
      allowClient: () => true,
      cacheDuration: DOCUMENT_CACHE,
    },
  };
}

/** Only a token's own client ends its grant; the session is found while there still is one, to say whose it was. */
function revocationCheck({ sessions, lifetimes }: LibraryParts): RevocationPolicy {
  return async (ctx, client, token) => {
    if (token.clientId !== client.clientId) {
      throw new errors.UnauthorizedClient('the token belongs to another client');
    }
    const session = 'grantId' in token ? await sessions.find(String(token.grantId)) : null;
    if (session !== null) lifetimes.bind(ctx, session);
    return true;
  };
}

/** Run once client and redirect URI are known to belong together, so that the client hears of a refusal. */
function authorizationChecks(scopes: ScopePolicy): NonNullable<Configuration['extraParams']> {
  return {
    scope: (ctx: KoaContextWithOIDC, value: string | undefined, client: Client) => {
      const granted = scopes.granted(client.clientId, value?.split(' ') ?? []);
      if (granted === null) throw new errors.InvalidScope('no requested scope can be granted', value ?? '');
      const { params } = ctx.oidc;
      if (params !== undefined) params['scope'] = [innerScope, ...granted].join(' ');
    },
    resource: (_ctx: KoaContextWithOIDC, value: unknown) => {
      if (Array.isArray(value)) throw new errors.InvalidTarget('only one resource can be asked for');
    },
    code_challenge: (_ctx: KoaContextWithOIDC, value: string | undefined) => {
      // of SHA-256, in base64url without padding
      if (value?.length !== 43) throw new errors.InvalidRequest('code_challenge must have 43 characters');
    },
  };
}

/** A request without a result waits for its user, whoever signed in here before. */
function everyLogin(): interactionPolicy.Prompt {
  return new interactionPolicy.Prompt(
    { name: 'login', requestable: false },
    new interactionPolicy.Check(
      'not_signed_in',
      'The user must sign in',
      'login_required',
      (ctx) => ctx.oidc.result?.login === undefined,
    ),
  );
}

function staticClient(client: OAuthClientConfig): ClientMetadata {
  const { clientId, name, clientSecret, redirectUris, grantTypes } = client;
  return {
    client_id: clientId,
    client_name: name,
    ...(clientSecret === null
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_post', client_secret: clientSecret.reveal() }),
    redirect_uris: redirectUris,
    grant_types: [...new Set<string>(['authorization_code', ...grantTypes])],
    response_types: ['code'],
    application_type: applicationType(redirectUris),
  };
}
