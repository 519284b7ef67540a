import type { JsonObject } from '../../../common/domain/json.js';
import { authMethods } from '../clients/client-metadata.js';

/**
 * What clients read before they ask for a token (RFC 8414, auth.md §4.1, §13.3). Some know OpenID discovery only, so
 * that the members it demands are there too, although no ID tokens are issued.
 * @param issuer without trailing slash; the very bytes that `iss` has
 * @param scopes all that the server knows
 */
export function authorizationServerMetadata(issuer: string, scopes: readonly string[]): JsonObject {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/jwks`,
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: authMethods,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
