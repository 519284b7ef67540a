import { isJsonArray, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { SparingHttp } from './sparing-http.js';
import { RefreshedValue } from './refreshed-value.js';

/** What verifier mode needs of the provider's discovery document. */
export interface ProviderMetadata {
  readonly issuer: string;
  readonly jwksUri: string | null;
  readonly introspection: IntrospectionEndpoint | null;
  readonly userinfoUrl: string | null;
}

export interface IntrospectionEndpoint {
  readonly url: string;
  /** How this server shows who it is (RFC 8414). */
  readonly authentication: 'client_secret_basic' | 'client_secret_post';
}

const HOUR_MS = 3_600_000;

/** The provider's discovery document: read on first use, again every hour, kept for a day while that fails. */
export function providerMetadata(
  configUrl: string,
  http: SparingHttp,
  clock: Clock,
): RefreshedValue<ProviderMetadata> {
  const load = async (): Promise<ProviderMetadata> => {
    const metadata = metadataOf(await http.document(configUrl), new URL(configUrl));
    if (metadata === null)
      throw http.unusable(configUrl, 'publishes a discovery document that cannot be used');
    return metadata;
  };
  return new RefreshedValue(load, clock, { freshMs: HOUR_MS, usableMs: 24 * HOUR_MS, pauseMs: HOUR_MS });
}

/** Null without an issuer, or with an endpoint that may not be used. */
function metadataOf(document: JsonObject, configUrl: URL): ProviderMetadata | null {
  const { issuer } = document;
  const jwksUri = endpointUrl(document['jwks_uri'], configUrl);
  const introspectionUrl = endpointUrl(document['introspection_endpoint'], configUrl);
  const userinfoUrl = endpointUrl(document['userinfo_endpoint'], configUrl);
  if (typeof issuer !== 'string' || issuer === '') return null;
  if (jwksUri === undefined || introspectionUrl === undefined || userinfoUrl === undefined) return null;
  const authentication = introspectionAuthentication(document);
  const introspection = introspectionUrl === null ? null : { url: introspectionUrl, authentication };
  return { issuer, jwksUri, introspection, userinfoUrl };
}

/**
 * An address in the document, null when it has none. Undefined when it is less protected than the document was:
 * tokens and secrets do not go there.
 */
function endpointUrl(value: JsonValue | undefined, configUrl: URL): string | null | undefined {
  if (value === undefined || value === null) return null;
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url === null) return undefined;
  const isAsSafe = url.protocol === 'https:' || (url.protocol === 'http:' && configUrl.protocol === 'http:');
  return isAsSafe ? url.href : undefined;
}

/** The metadata's own list for introspection, else that of the token endpoint; Basic when nothing is said. */
function introspectionAuthentication(document: JsonObject): IntrospectionEndpoint['authentication'] {
  const methods =
    document['introspection_endpoint_auth_methods_supported'] ??
    document['token_endpoint_auth_methods_supported'];
  if (!isJsonArray(methods) || methods.includes('client_secret_basic')) return 'client_secret_basic';
  return methods.includes('client_secret_post') ? 'client_secret_post' : 'client_secret_basic';
}
