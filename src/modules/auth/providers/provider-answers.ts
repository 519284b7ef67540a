import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import { ProviderRefusedError, ProviderUnavailableError } from '../../../common/errors/auth-errors.js';
import type { ProviderAnswer } from '../provider-http.js';

/** Characters that RFC 6749 §5.2 allows in `error`, without the space. */
const errorCode = /^[\x21\x23-\x5B\x5D-\x7E]{1,64}$/;

/**
 * The members of a token endpoint's answer, `access_token` among them. Some providers refuse with status 200, so
 * `error` counts whatever the status is.
 * @throws ProviderRefusedError, ProviderUnavailableError
 */
export function tokenAnswer(answer: ProviderAnswer): JsonObject {
  const members = objectIn(answer);
  if (members['error'] !== undefined) throw refusal(answer, members['error']);
  const token = members['access_token'];
  if (!succeeded(answer) || typeof token !== 'string' || token === '') throw refusal(answer, undefined);
  return members;
}

/** @throws ProviderRefusedError with `invalid_token`, ProviderUnavailableError */
export function userInfoAnswer(answer: ProviderAnswer): JsonObject {
  if (!succeeded(answer)) throw unusableIdentity('user info was refused', answer.host);
  return objectIn(answer);
}

/** @throws ProviderUnavailableError when the answer is no JSON object */
export function objectIn({ text, host, status }: ProviderAnswer): JsonObject {
  const members = parseJsonObject(text);
  if (members !== null) return members;
  throw new ProviderUnavailableError({ details: { host, status, reason: 'the answer is no JSON object' } });
}

/** What the provider said about the user cannot be believed, or is not enough. */
export function unusableIdentity(reason: string, host?: string): ProviderRefusedError {
  return new ProviderRefusedError('invalid_token', { details: { reason, host } });
}

/** The provider's word for why it refused, if it is one; anything else could be a way to smuggle text along. */
export function oauthErrorCode(given: unknown): string {
  return typeof given === 'string' && errorCode.test(given) ? given : 'invalid_grant';
}

export function succeeded({ status }: ProviderAnswer): boolean {
  return status >= 200 && status < 300;
}

function refusal({ host, status }: ProviderAnswer, error: JsonValue | undefined): ProviderRefusedError {
  return new ProviderRefusedError(oauthErrorCode(error), { details: { host, status } });
}
