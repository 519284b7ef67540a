import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import { Secret } from '../../../common/domain/secret.js';
import type { UpstreamIdentity, UpstreamTokens } from '../../../common/ports/identity-provider.js';
import type { Person } from './person.js';

/** What a token endpoint gave, in its own words. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Seconds; null when the provider does not say. */
  readonly expiresIn: number | null;
  /** Blank: what was asked for was granted. */
  readonly scope: string;
}

/**
 * @param asked scopes that were asked for, which were granted when the provider does not say otherwise
 * @param former its refresh token stays in use when the provider sends no other
 */
export function upstreamTokens(
  grant: TokenGrant,
  asked: readonly string[],
  now: Date,
  former: UpstreamTokens | null = null,
): UpstreamTokens {
  const granted = scopesIn(grant.scope);
  return {
    accessToken: new Secret(grant.accessToken),
    refreshToken:
      grant.refreshToken === null ? (former?.refreshToken ?? null) : new Secret(grant.refreshToken),
    expiresAt: grant.expiresIn === null ? null : new Date(now.getTime() + grant.expiresIn * 1000),
    scopes: granted.length > 0 ? granted : asked,
  };
}

/** With the granted scopes as claim `scope` where the provider sends none, so that claim mappings can use them. */
export function upstreamIdentity(
  person: Person,
  claims: JsonObject,
  tokens: UpstreamTokens,
): UpstreamIdentity {
  const needsScope = claims['scope'] === undefined && tokens.scopes.length > 0;
  const profile = needsScope ? { ...claims, scope: tokens.scopes.join(' ') } : claims;
  return { ...person, profile, tokens };
}

/** Scopes separated by spaces or, as GitHub does it, commas. */
export function scopesIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}

/** `expires_in`, which some providers send as text. */
export function secondsIn(value: JsonValue | undefined): number | null {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
