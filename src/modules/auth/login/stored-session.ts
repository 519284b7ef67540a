import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { Secret } from '../../../common/domain/secret.js';
import type { UpstreamIdentity, UpstreamTokens } from '../../../common/ports/identity-provider.js';
import type { UpstreamSession } from '../sign-in.js';

/** An upstream session as the store keeps it. */
export interface StoredSession extends UpstreamSession {
  /** Counts renewals, so that replicas see that another has renewed. */
  readonly version: number;
  /** Its tokens have been used; until then it is kept for no longer than a code could be redeemed. */
  readonly isInUse: boolean;
}

/** The payload, tokens in clear: the store encrypts it. */
export function sessionPayload(session: StoredSession): JsonObject {
  const { tokens, ...user } = session.identity;
  return {
    grantId: session.grantId,
    version: session.version,
    isInUse: session.isInUse,
    startedAt: session.startedAt.toISOString(),
    user: { ...user },
    tokens: {
      access: tokens.accessToken.reveal(),
      refresh: tokens.refreshToken?.reveal() ?? null,
      expiresAt: tokens.expiresAt?.toISOString() ?? null,
      scopes: tokens.scopes,
    },
  };
}

/** Null for what `sessionPayload` did not make. */
export function storedSession(payload: JsonObject): StoredSession | null {
  const { grantId, version, isInUse, user, tokens } = payload;
  const startedAt = dateOf(payload['startedAt']);
  if (typeof grantId !== 'string' || typeof version !== 'number' || startedAt === null) return null;
  if (!isJsonObject(user) || !isJsonObject(tokens)) return null;
  const identity = identityOf(user, tokens);
  return identity && { grantId, version, isInUse: isInUse === true, startedAt, identity };
}

function identityOf(user: JsonObject, stored: JsonObject): UpstreamIdentity | null {
  const { userId, username, profile } = user;
  const tokens = tokensOf(stored);
  if (typeof userId !== 'string' || typeof username !== 'string') return null;
  if (!isJsonObject(profile) || tokens === null) return null;
  return {
    userId,
    username,
    email: textOf(user['email']),
    name: textOf(user['name']),
    avatarUrl: textOf(user['avatarUrl']),
    profile,
    tokens,
  };
}

function tokensOf({ access, refresh, expiresAt, scopes }: JsonObject): UpstreamTokens | null {
  if (typeof access !== 'string' || !isJsonArray(scopes)) return null;
  return {
    accessToken: new Secret(access),
    refreshToken: typeof refresh === 'string' ? new Secret(refresh) : null,
    expiresAt: dateOf(expiresAt),
    scopes: scopes.filter((scope) => typeof scope === 'string'),
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function dateOf(value: JsonValue | undefined): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}
