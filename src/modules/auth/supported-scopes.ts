import type { OAuthClientConfig } from '../../common/domain/app-config.js';

/**
 * Every scope that a client of this server can have: those that each request needs, and those of the clients that
 * the operator registered (auth.md §13.10).
 */
export function supportedScopes(
  required: readonly string[],
  clients: readonly Pick<OAuthClientConfig, 'scopes'>[],
): readonly string[] {
  return [...new Set([...required, ...clients.flatMap(({ scopes }) => scopes)])];
}
