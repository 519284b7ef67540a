import { isJsonArray, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { OAuthRequestError } from './oauth-request-error.js';
import { applicationType, redirectUrisProblem } from './redirect-uris.js';

const LONGEST_TEXT = 2048;

const texts = ['client_name', 'client_uri', 'logo_uri', 'tos_uri', 'policy_uri'] as const;

/** How clients may identify themselves (RFC 7591 §2). */
export const authMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const;

const grantTypes = ['authorization_code', 'refresh_token'];

/** What this server keeps of a client's description of itself, whoever brings it. */
export interface ClientDescription {
  readonly redirectUris: readonly string[];
  readonly authMethod: string | null;
  readonly grantTypes: readonly string[];
  /** `client_name` and the URLs that are there. */
  readonly texts: Readonly<Partial<Record<(typeof texts)[number], string>>>;
}

/**
 * Reads client metadata (RFC 7591 §2). Unknown members are left out, empty texts count as absent.
 * @throws OAuthRequestError
 */
export function clientDescription(metadata: JsonObject): ClientDescription {
  return {
    redirectUris: redirectUris(metadata['redirect_uris']),
    authMethod: authMethod(metadata['token_endpoint_auth_method']),
    grantTypes: grantsOf(metadata['grant_types'], metadata['response_types']),
    texts: Object.fromEntries(
      texts.flatMap((name) => {
        const value = text(metadata, name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}

/** The description as oidc-provider takes it. */
export function oidcMetadata({ redirectUris, grantTypes, texts }: ClientDescription): JsonObject {
  return {
    ...texts,
    redirect_uris: redirectUris,
    grant_types: grantTypes,
    response_types: ['code'],
    application_type: applicationType(redirectUris),
  };
}

/** A text member; null when it is absent. @throws OAuthRequestError */
export function text(metadata: JsonObject, name: string): string | null {
  const value = metadata[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw invalid(`${name} must be a string`);
  if (value.length > LONGEST_TEXT) {
    throw invalid(`${name} must not be longer than ${LONGEST_TEXT} characters`);
  }
  return value;
}

function redirectUris(given: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(given)) {
    throw new OAuthRequestError('invalid_redirect_uri', 'redirect_uris must be an array of URIs');
  }
  const problem = redirectUrisProblem(given);
  if (problem !== null) throw new OAuthRequestError('invalid_redirect_uri', problem);
  return [...new Set(given.filter((uri) => typeof uri === 'string'))];
}

function authMethod(given: JsonValue | undefined): string | null {
  if (given === undefined || given === null || given === '') return null;
  const known = authMethods.find((method) => method === given);
  if (known !== undefined) return known;
  throw invalid(`token_endpoint_auth_method must be one of ${authMethods.join(', ')}`);
}

/** Grants that the server does not know are replaced by those it does (RFC 7591 §2). */
function grantsOf(given: JsonValue | undefined, responses: JsonValue | undefined): readonly string[] {
  if (
    responses !== undefined &&
    responses !== null &&
    !strings('response_types', responses).includes('code')
  ) {
    throw invalid('response_types must contain code');
  }
  if (given === undefined || given === null) return grantTypes;
  const wanted = strings('grant_types', given);
  if (!wanted.includes('authorization_code')) throw invalid('grant_types must contain authorization_code');
  return grantTypes.filter((type) => wanted.includes(type));
}

function strings(name: string, value: JsonValue): readonly JsonValue[] {
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(`${name} must be an array of strings`);
}

function invalid(description: string): OAuthRequestError {
  return new OAuthRequestError('invalid_client_metadata', description);
}
