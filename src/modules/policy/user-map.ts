import { isJsonArray, type JsonObject, type JsonValue } from '../../common/domain/json.js';
import { isAuthenticated, type Principal } from '../../common/domain/principal.js';

/** The keys of every `userMap`. */
export const userFields: readonly string[] =
  'user_id id username provider email name role roles permissions groups scopes capabilities email_verified claims'.split(
    ' ',
  );

/** The `user` of conditions (policies.md §3); the same keys whoever calls. */
export function userMap(principal: Principal): JsonObject {
  const { profile, userId } = principal;
  const role = isAuthenticated(principal) ? roleOf(profile) : 'anonymous';
  return {
    user_id: userId,
    id: userId,
    username: principal.username,
    provider: principal.provider,
    email: principal.email,
    name: principal.name,
    role,
    roles: listOf(claim(profile, 'roles') ?? role),
    permissions: permissionsOf(profile),
    groups: groupsOf(profile),
    scopes: principal.scopes,
    capabilities: principal.capabilities,
    email_verified: isVerified(profile),
    claims: profile,
  };
}

/** As the provider gave it, null included. */
function roleOf(profile: JsonObject): JsonValue {
  return claim(profile, 'role') ?? (Object.hasOwn(profile, 'role') ? null : 'user');
}

function claim(profile: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(profile, name) ? profile[name] : undefined;
}

/** Null is no entry, any other single value is one. */
function listOf(value: JsonValue): readonly JsonValue[] {
  if (isJsonArray(value)) return value;
  return value === null ? [] : [value];
}

function permissionsOf(profile: JsonObject): readonly JsonValue[] {
  const permissions = claim(profile, 'permissions') ?? null;
  return typeof permissions === 'string'
    ? permissions.split(/\s+/).filter((word) => word !== '')
    : listOf(permissions);
}

function groupsOf(profile: JsonObject): readonly JsonValue[] {
  const groups = claim(profile, 'groups');
  return isJsonArray(groups) ? groups : [];
}

/** Some providers send the claim as text. */
function isVerified(profile: JsonObject): boolean {
  const verified = claim(profile, 'email_verified');
  return verified === true || verified === 'true';
}
