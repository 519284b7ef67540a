import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JsonObject } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import { AppError } from '../../../common/errors/app-error.js';
import { UnauthenticatedError } from '../../../common/errors/auth-errors.js';
import type { RefusedClaim } from './refused-tokens.js';
import type { SigningKeys } from './signing-keys.js';
import { LEEWAY_S } from './token-claims.js';

/** Signatures by public keys only; nothing that a header may say adds to them. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512'];

/** Media types of access tokens (RFC 9068) and of plain JWTs; ID tokens of some providers have another. */
const types = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** Whether the token is a signed JWT as far as its form goes: then its signature alone decides. */
export function isSignedJwt(token: string): boolean {
  if (token.split('.').length !== 3) return false;
  try {
    return typeof decodeProtectedHeader(token).alg === 'string';
  } catch {
    return false;
  }
}

/**
 * The claims of a JWT that the issuer signed and that is valid now.
 * @throws UnauthenticatedError, ProviderUnavailableError when its key cannot be fetched
 */
export async function claimsOfJwt(
  token: string,
  keys: SigningKeys,
  issuer: string,
  now: Date,
): Promise<JsonObject> {
  if (!isAccessTokenType(decodeProtectedHeader(token).typ)) throw new UnauthenticatedError('invalid_token');
  try {
    await jwtVerify(token, keys.keyOf, {
      algorithms,
      issuer,
      clockTolerance: LEEWAY_S,
      currentDate: now,
      requiredClaims: ['exp', 'sub'],
    });
    return payloadOf(token);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // also what a key of the provider cannot be used for: a token that cannot be proven is not valid
    throw new UnauthenticatedError(error instanceof errors.JWTExpired ? 'expired' : 'invalid_token', {
      cause: error,
    });
  }
}

/** The claim for which a token with a good signature was refused; null when it was for something else. */
export function refusedClaim(error: unknown): RefusedClaim | null {
  const cause = error instanceof UnauthenticatedError ? error.cause : null;
  if (!(cause instanceof errors.JWTClaimValidationFailed)) return null;
  const { claim, payload } = cause;
  const value = payload[claim];
  return { claim, value: typeof value === 'string' || typeof value === 'number' ? String(value) : '' };
}

/** @param typ as the caller wrote it, which may be anything */
function isAccessTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && types.has(typ.toLowerCase()));
}

/** The verified payload, integers with all their digits. */
function payloadOf(token: string): JsonObject {
  const payload = parseJsonObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (payload === null) throw new UnauthenticatedError('invalid_token');
  return payload;
}
