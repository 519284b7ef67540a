import type { ServerMetadata } from 'openid-client';
import { isJsonArray, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { AppError } from '../../../common/errors/app-error.js';
import { OAuthStartTimeoutError } from '../../../common/errors/auth-errors.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import { objectIn, succeeded } from './provider-answers.js';
import { TIME_OUT, type ProviderHttp } from '../provider-http.js';

/** What signing users in needs of a discovery document. */
export interface DiscoveredProvider extends ServerMetadata {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly jwks_uri: string;
}

/**
 * Reads a provider's OpenID discovery document.
 * @param field setting that the URL comes from, for the error text
 * @throws ConfigInvalidError when there is none, or a member is missing
 * @throws OAuthStartTimeoutError when the provider does not answer
 */
export async function discover(url: string, field: string, http: ProviderHttp): Promise<DiscoveredProvider> {
  const where = `${field} (host ${new URL(url).host})`;
  const document = await documentAt(url, where, http);
  const text = (member: string): string => requiredText(document, member, where);
  const https = new URL(url).protocol === 'https:';
  const endpoint = (member: string): string => safeUrl(text(member), member, https, where);
  return {
    issuer: text('issuer'),
    authorization_endpoint: endpoint('authorization_endpoint'),
    token_endpoint: endpoint('token_endpoint'),
    userinfo_endpoint: endpoint('userinfo_endpoint'),
    jwks_uri: endpoint('jwks_uri'),
    ...(textIn(document['revocation_endpoint']) === undefined
      ? {}
      : { revocation_endpoint: endpoint('revocation_endpoint') }),
    ...optional('code_challenge_methods_supported', textsIn(document['code_challenge_methods_supported'])),
    ...optional(
      'token_endpoint_auth_methods_supported',
      textsIn(document['token_endpoint_auth_methods_supported']),
    ),
    ...optional(
      'id_token_signing_alg_values_supported',
      textsIn(document['id_token_signing_alg_values_supported']),
    ),
    authorization_response_iss_parameter_supported:
      document['authorization_response_iss_parameter_supported'] === true,
  };
}

async function documentAt(url: string, where: string, http: ProviderHttp): Promise<JsonObject> {
  try {
    const answer = await http.send(url, { headers: { accept: 'application/json' } });
    if (succeeded(answer)) return objectIn(answer);
    throw unusable(where, `status ${answer.status}`);
  } catch (error) {
    if (error instanceof ConfigInvalidError || !(error instanceof AppError)) throw error;
    const { reason } = error.details;
    if (reason === TIME_OUT) throw new OAuthStartTimeoutError(where);
    throw unusable(where, typeof reason === 'string' ? reason : error.message);
  }
}

function requiredText(document: JsonObject, member: string, where: string): string {
  const value = textIn(document[member]);
  if (value === undefined) throw unusable(where, `it has no ${member}`);
  return value;
}

/** Secrets and browsers are sent there: http is no worse than before only when the document came over it. */
function safeUrl(value: string, member: string, https: boolean, where: string): string {
  const protocol = URL.parse(value)?.protocol;
  if (protocol === 'https:' || (protocol === 'http:' && !https)) return value;
  throw unusable(where, `its ${member} is no ${https ? 'https' : 'http'} URL`);
}

function unusable(where: string, reason: string): ConfigInvalidError {
  return new ConfigInvalidError(
    `OAuth server initialization failed: the discovery document of ${where} cannot be used: ${reason}`,
  );
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsIn(value: JsonValue | undefined): string[] | undefined {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function optional<K extends string, V>(member: K, value: V | undefined): Partial<Record<K, V>> {
  const members: Partial<Record<K, V>> = {};
  if (value !== undefined) members[member] = value;
  return members;
}
