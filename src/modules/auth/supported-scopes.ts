import type { AuthConfig } from '../../../common/domain/app-config.js';

/**
 * Every scope that a client of this server can have: those that each request needs, and those of the clients that
 * the operator registered (auth.md §13.10).
 */
export function supportedScopes(
  requiredScopes: readonly string[],
  oauth: AuthConfig['oauth'],
): readonly string[] {
  const ofClients = oauth?.mode === 'issuer' ? oauth.clients.flatMap((client) => client.scopes) : [];
  return [...new Set([...requiredScopes, ...ofClients])];
}
