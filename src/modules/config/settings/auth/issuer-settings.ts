import { resolve } from 'node:path';
import type {
  HttpConfig,
  IdentityProviderConfig,
  IssuerConfig,
  TokenStoreConfig,
} from '../../../../common/domain/app-config.js';
import { staysOnThisMachine } from '../../../../common/domain/loopback.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import type { Sources } from '../sources.js';
import { encryptionKeys } from './encryption-keys.js';
import type { Findings } from './findings.js';
import { identityProvider } from './identity-provider.js';
import { staticClients } from './static-clients.js';

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
  const clients = staticClients(auth.clients ?? [], findings);
  if (provider === null || issuer === null || store === null) return null;
  return { mode: 'issuer', issuer, provider, clients, store };
}

/** RFC 8414 §2: https; http only on this machine. */
function issuerOf({ publicUrl, host }: HttpConfig, findings: Findings): string | null {
  if (publicUrl === null) {
    findings.problem(
      `transport.http.base_url is needed: the server listens on ${host}, which is no name that clients can use. ` +
        'Set it to the public URL of the server.',
    );
    return null;
  }
  const url = URL.parse(publicUrl);
  // what else can be wrong with it is wrong for everybody, and found there
  if (url?.protocol === 'http:' && !staysOnThisMachine(url)) {
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
