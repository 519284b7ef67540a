import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { Secret } from './secret.js';

/** Who is calling (auth.md §9.3). Every field of the anonymous caller is empty. */
export interface Principal {
  /** Identity provider, or `cli`, `test`, `env`; null when anonymous. */
  readonly provider: string | null;
  readonly userId: string | null;
  readonly username: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  /** The provider's claims as given. */
  readonly profile: JsonObject;
  readonly capabilities: readonly string[];
  readonly scopes: readonly string[];
  /** The OAuth client that the user calls through; null when no token says. */
  readonly clientId: string | null;
  /** The provider's own access token, for endpoints that call it on the user's behalf. */
  readonly externalToken: Secret | null;
}

export const anonymous: Principal = Object.freeze({
  provider: null,
  userId: null,
  username: null,
  email: null,
  name: null,
  avatarUrl: null,
  profile: Object.freeze({}),
  capabilities: Object.freeze([]),
  scopes: Object.freeze([]),
  clientId: null,
  externalToken: null,
});

/** Nobody, where callers are asked who they are: each call of theirs is refused, and recorded as refused. */
export const unidentified: Principal = Object.freeze({ ...anonymous });

export function isAuthenticated(principal: Principal): boolean {
  return principal.userId !== null;
}

/**
 * What makes a user context unfit to say who is calling; null when nothing does. A value of the wrong type is not
 * left out: a policy would judge somebody else.
 */
export function userContextProblem(context: JsonObject): string | null {
  for (const key of ['user_id', 'external_token']) {
    const value = context[key] ?? null;
    if (value !== null && typeof value !== 'string') return `${key} must be a string`;
  }
  const capabilities = context['capabilities'] ?? [];
  const isList = isJsonArray(capabilities) && capabilities.every((name) => typeof name === 'string');
  return isList ? null : 'capabilities must be a list of strings';
}

/**
 * The principal of a user context given as JSON (`--user-context`, `MXCP_USER_CONTEXT`, tests;
 * auth.md §9.5). `user_id` and `username` default to `fallbackId`; the whole object is the profile,
 * without `external_token`, which is a secret.
 */
export function principalFromContext(context: JsonObject, provider: string, fallbackId: string): Principal {
  const { external_token: token, ...profile } = context;
  return {
    provider,
    userId: text(context['user_id']) ?? fallbackId,
    username: text(context['username']) ?? fallbackId,
    email: text(context['email']),
    name: text(context['name']),
    avatarUrl: text(context['avatar_url']),
    profile,
    capabilities: texts(context['capabilities']),
    scopes: texts(context['scopes']),
    clientId: null,
    externalToken: typeof token === 'string' ? new Secret(token) : null,
  };
}

function text(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || isJsonArray(value) || isJsonObject(value)) return null;
  return String(value);
}

function texts(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
