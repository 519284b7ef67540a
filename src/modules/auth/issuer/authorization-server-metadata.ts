import type { JsonObject } from '../../../common/domain/json.js';

/**
 * What clients read to find the authorization server (RFC 8414); an OpenID discovery client is content with it too,
 * so it names keys and algorithms although no ID token is ever issued.
 * @param issuer without trailing slash; every URL begins with it
 */
export function authorizationServerMetadata(issuer: string, scopesSupported: readonly string[]): JsonObject {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/jwks`,
    ...(scopesSupported.length > 0 ? { scopes_supported: scopesSupported } : {}),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
