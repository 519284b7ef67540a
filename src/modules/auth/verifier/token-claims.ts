import type { VerifierConfig } from '../../../common/domain/app-config.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { Principal } from '../../../common/domain/principal.js';
import { UnauthenticatedError } from '../../../common/errors/auth-errors.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';

/** How far the clocks of provider and server may be apart. */
export const LEEWAY_S = 60;

/** Claims that only ID tokens have. */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash'];

/** What some providers write into tokens that are no access tokens. */
const foreignTypes = new Set(['ID', 'Refresh', 'Offline', 'Logout']);

/** What introspection calls tokens that nobody may bring as a bearer token. */
const foreignTokenTypes = new Set(['dpop', 'refresh_token']);

/**
 * Checks that claims are those of an access token (auth.md §9.2).
 * @throws UnauthenticatedError
 */
export function checkKind({ typ, token_type: tokenType, cnf, ...others }: JsonObject): void {
  const isOther =
    idTokenClaims.some((name) => Object.hasOwn(others, name)) ||
    (typeof typ === 'string' && foreignTypes.has(typ)) ||
    (typeof tokenType === 'string' && foreignTokenTypes.has(tokenType.toLowerCase())) ||
    // bound to a key (RFC 9449) that a bearer does not show: it may be stolen
    (isJsonObject(cnf) && Object.hasOwn(cnf, 'jkt'));
  if (isOther) throw new UnauthenticatedError('invalid_token');
}

/**
 * Whether claims are of a token for this server (auth.md §13.4).
 * @param resource null when nobody said under which URL the server is reached
 */
export function isForUs(
  claims: JsonObject,
  { audience, clientId, verifyAudience }: VerifierConfig,
  resource: ResourceIdentifiers | null,
): boolean {
  if (!verifyAudience) return true;
  const audiences = textsOf(claims['aud']);
  if (audience !== null) return audiences.includes(audience);
  return (
    audiences.some((each) => each === clientId || resource?.includes(each) === true) ||
    claims['azp'] === clientId ||
    claims['client_id'] === clientId
  );
}

/**
 * Checks the times and the issuer of an introspection answer, as far as it has them.
 * @throws UnauthenticatedError
 */
export function checkValidity(claims: JsonObject, issuer: string, now: Date): void {
  const nowS = now.getTime() / 1000;
  const { exp, nbf, iss } = claims;
  if (exp !== undefined && !(typeof exp === 'number' && exp > nowS - LEEWAY_S)) {
    throw new UnauthenticatedError('expired');
  }
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowS + LEEWAY_S)) {
    throw new UnauthenticatedError('invalid_token');
  }
  if (iss !== undefined && iss !== issuer) throw new UnauthenticatedError('invalid_token');
}

/**
 * Who a token speaks for, without capabilities. The claims are the profile; the token itself stays here.
 * @throws UnauthenticatedError when there is no subject
 */
export function principalOf(claims: JsonObject, config: VerifierConfig): Principal {
  const userId = textOf(claims['sub']);
  if (userId === null) throw new UnauthenticatedError('invalid_token');
  // an address that nobody proved is nobody's identity
  const email = claims['email_verified'] === false ? null : textOf(claims['email']);
  const localPart = email?.split('@')[0] ?? null;
  return {
    provider: config.name,
    userId,
    username:
      textOf(claims['preferred_username']) ??
      textOf(claims['username']) ??
      (localPart === '' ? null : localPart) ??
      userId,
    email,
    name: textOf(claims['name']),
    avatarUrl: textOf(claims['picture']),
    profile: claims,
    capabilities: [],
    scopes: [...new Set([...wordsOf(claims['scope']), ...wordsOf(claims['scp'])])],
    clientId: textOf(claims['client_id']) ?? textOf(claims['azp']) ?? config.clientId,
    externalToken: null,
  };
}

function wordsOf(value: JsonValue | undefined): readonly string[] {
  return textsOf(value).flatMap((text) => text.split(' ').filter((word) => word !== ''));
}

/** The texts of a claim that may be one or a list. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  const values = isJsonArray(value) ? value : [value];
  return values.filter((each): each is string => typeof each === 'string');
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
