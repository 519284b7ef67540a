import type { JsonObject } from '../../../common/domain/json.js';

export interface ProtectedResource {
  /** The identifier that the document's URL was built from. */
  readonly resource: string;
  readonly authorizationServer: string;
  readonly scopes: readonly string[];
  readonly name: string;
}

/** What clients read to learn where tokens for this server come from (RFC 9728, auth.md §13.1). */
export function protectedResourceMetadata(of: ProtectedResource): JsonObject {
  // a resource does not need refresh tokens: whether a client wants one is not for it to say
  const scopes = of.scopes.filter((scope) => scope !== 'offline_access');
  return {
    resource: of.resource,
    authorization_servers: [of.authorizationServer],
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    resource_name: of.name,
  };
}
