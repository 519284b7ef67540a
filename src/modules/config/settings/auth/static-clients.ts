import { staysOnThisMachine } from '../../../../common/domain/loopback.js';
import type { OAuthClientConfig } from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import type { Findings } from './findings.js';
import { isScope } from './scope-checks.js';
import { hasUserInfo } from './url-checks.js';

type ClientDocument = NonNullable<AuthDocument['clients']>[number];

/** Fewest characters of a secret that nobody guesses (OAuth 2.1 §2.4.1); as of API keys. */
const SHORTEST_SECRET = 16;
/** RFC 6749 appendix A.1, A.2. */
const printable = /^[\x20-\x7e]*$/;
/** What a browser would run or open itself instead of handing it to an application. */
const ownSchemes = new Set(['javascript:', 'vbscript:', 'data:', 'blob:', 'file:', 'about:']);

/**
 * The clients that the operator registered (auth.md §1.4). One that nobody could sign in with is left out, so that a
 * mistake in one costs neither the start nor the others.
 */
export function staticClients(
  documents: readonly ClientDocument[],
  findings: Findings,
): readonly OAuthClientConfig[] {
  const clients = new Map<string, OAuthClientConfig>();
  for (const document of documents) {
    const client = clientOf(document, findings);
    if (client === null) continue;
    const { clientId } = client;
    if (clients.has(clientId)) {
      findings.warning(`auth.clients has several clients '${clientId}': the last one counts`);
    }
    clients.set(clientId, client);
  }
  return [...clients.values()];
}

function clientOf(client: ClientDocument, findings: Findings): OAuthClientConfig | null {
  const { client_id: clientId, client_secret: secret = null } = client;
  const problem = clientProblem(client);
  if (problem !== null) {
    findings.warning(problem);
    return null;
  }
  const redirectUris = (client.redirect_uris ?? []).filter((uri) => {
    const problem = redirectUriProblem(uri);
    if (problem === null) return true;
    findings.warning(`A redirect URI of OAuth client '${clientId}' ${problem} and is left out`);
    return false;
  });
  if (redirectUris.length === 0) {
    findings.warning(`OAuth client '${clientId}' has no usable redirect URI and is left out`);
    return null;
  }
  if (secret !== null && secret.length < SHORTEST_SECRET) {
    findings.warning(
      `client_secret of OAuth client '${clientId}' is shorter than ${SHORTEST_SECRET} characters; ` +
        'make one with: openssl rand -hex 32',
    );
  }
  const grantTypes = client.grant_types ?? [];
  return {
    clientId,
    name: client.name === '' ? clientId : client.name,
    clientSecret: secret === null ? null : new Secret(secret),
    redirectUris,
    grantTypes: grantTypes.length > 0 ? grantTypes : ['authorization_code', 'refresh_token'],
    scopes: client.scopes ?? [],
  };
}

function clientProblem({
  client_id: id,
  client_secret: secret = null,
  scopes = [],
}: ClientDocument): string | null {
  if (id === '') return 'An OAuth client has no client_id and is left out';
  const which = `OAuth client '${id}' is left out:`;
  if (!printable.test(id)) return `${which} its client_id must be of printable ASCII characters`;
  // as a variable that is not set makes it: not what somebody wrote who wanted a public client
  if (secret === '') return `${which} its client_secret is empty, which would let everybody be that client`;
  if (secret !== null && !printable.test(secret))
    return `${which} its client_secret must be of printable ASCII characters`;
  const wrong = scopes.find((scope) => !isScope(scope));
  // not just the scope: a client without any may have all
  return wrong === undefined ? null : `${which} no token can have its scope '${wrong}'; write each by itself`;
}

/** OAuth 2.1: https, or this machine; applications have schemes of their own. */
function redirectUriProblem(uri: string): string | null {
  const url = URL.parse(uri);
  if (url === null) return 'is malformed';
  if (uri.includes('#')) return 'has a fragment';
  if (hasUserInfo(url)) return 'has a user name or a password';
  const isInClear = url.protocol === 'http:' && !staysOnThisMachine(url);
  return isInClear || ownSchemes.has(url.protocol) ? 'must use https' : null;
}
