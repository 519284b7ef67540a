import { resolve } from 'node:path';
import type {
  HttpConfig,
  IdentityProviderConfig,
  IssuerConfig,
  OAuthClientConfig,
  TokenStoreConfig,
} from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import type { Sources } from '../sources.js';
import { encryptionKeys } from './encryption-keys.js';
import type { Findings } from './findings.js';
import { identityProvider } from './identity-provider.js';
import { isLoopback } from './url-checks.js';

/** The settings of issuer mode; null, with problems, when they cannot be served. */
export function issuerSettings(
  kind: IdentityProviderConfig['kind'],
  auth: AuthDocument,
  http: HttpConfig,
  sources: Sources,
  findings: Findings,
): IssuerConfig | null {
  const provider = identityProvider(kind, auth, findings);
  const issuer = issuerOf(http, findings);
  const store = tokenStore(auth, sources, findings);
  const clients = (auth.clients ?? []).flatMap((client) => clientOf(client, findings));
  if (provider === null || issuer === null || store === null) return null;
  return { mode: 'issuer', issuer, provider, clients, store };
}

/** RFC 8414 §2: https; http only on this machine. */
function issuerOf({ publicUrl, host }: HttpConfig, findings: Findings): string | null {
  if (publicUrl === null) {
    findings.problem(
      `transport.http.base_url is needed: the server listens on ${host}, which is no name that clients can use. ` +
        'Set it to the public URL of the server',
    );
    return null;
  }
  const url = URL.parse(publicUrl);
  // what else can be wrong with it is wrong for everybody, and found there
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
    findings.problem('Issuer URL must be HTTPS: set transport.http.base_url to the https URL of the server');
  }
  return publicUrl;
}

function tokenStore(auth: AuthDocument, sources: Sources, findings: Findings): TokenStoreConfig | null {
  const keys = encryptionKeys(auth.persistence?.auth_encryption_key, findings);
  const redis = sources.variables.setting('REDIS_URL');
  if (redis === undefined) {
    const path = sources.environment.expandHome(auth.persistence?.path ?? '~/.mxcp/oauth.db');
    return { kind: 'sqlite', path: resolve(sources.root, path), keys };
  }
  if (keys === null) {
    findings.problem(
      'auth.persistence.auth_encryption_key is needed with REDIS_URL: every replica must have the same key',
    );
    return null;
  }
  return { kind: 'redis', url: new Secret(redis), keys };
}

/** Fewest characters of a secret that nobody guesses (OAuth 2.1 §2.4.1); as of API keys. */
const SHORTEST_SECRET = 16;

type ClientDocument = NonNullable<AuthDocument['clients']>[number];

/** A client without a usable redirect URI is left out: nobody could sign in with it. */
function clientOf(client: ClientDocument, findings: Findings): OAuthClientConfig[] {
  const redirectUris = (client.redirect_uris ?? []).filter((uri) => {
    if (URL.canParse(uri)) return true;
    findings.warning(`A redirect URI of OAuth client '${client.client_id}' is malformed and left out`);
    return false;
  });
  if (redirectUris.length === 0) {
    findings.warning(`OAuth client '${client.client_id}' has no usable redirect URI and is left out`);
    return [];
  }
  if (client.client_secret && client.client_secret.length < SHORTEST_SECRET) {
    findings.warning(
      `client_secret of OAuth client '${client.client_id}' is shorter than ${SHORTEST_SECRET} characters; ` +
        'make one with: openssl rand -hex 32',
    );
  }
  const grantTypes = client.grant_types ?? [];
  return [
    {
      clientId: client.client_id,
      name: client.name,
      clientSecret: client.client_secret ? new Secret(client.client_secret) : null,
      redirectUris,
      grantTypes: grantTypes.length > 0 ? grantTypes : ['authorization_code', 'refresh_token'],
      scopes: client.scopes ?? [],
    },
  ];
}
