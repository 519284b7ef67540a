import type { JsonObject } from '../../../common/domain/json.js';
import { unusableIdentity } from './provider-answers.js';

/** Who a provider's user info describes (auth.md §6). */
export interface Person {
  readonly userId: string;
  readonly username: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/** @throws ProviderRefusedError when the id is missing or a member has the wrong type */
export type PersonOf = (userInfo: JsonObject) => Person;

/** A person whose picture is `picture`, as nearly every provider has it. */
export function personOf(userInfo: JsonObject, userId: string, username: string | null): Person {
  const email = verifiedEmail(userInfo);
  return {
    userId,
    username: username ?? localPart(email) ?? userId,
    email,
    name: textOf(userInfo, 'name'),
    avatarUrl: textOf(userInfo, 'picture'),
  };
}

/** The first of these members that is there, as text. */
export function idOf(userInfo: JsonObject, ...members: readonly string[]): string {
  for (const member of members) {
    const value = userInfo[member];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint' || typeof value === 'number') return String(value);
    throw unusableIdentity(`${member} has the wrong type`);
  }
  throw unusableIdentity(`no ${members.join(' or ')} in the user info`);
}

/** Null when absent or empty. */
export function textOf(userInfo: JsonObject, member: string): string | null {
  const value = userInfo[member];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  throw unusableIdentity(`${member} has the wrong type`);
}

/**
 * The e-mail address, unless the provider says that nobody has shown it to be theirs: anyone could then take
 * another one's. `verified_email` is how Google's user info calls it; some send the truth value as text.
 */
function verifiedEmail(userInfo: JsonObject): string | null {
  const claims = [userInfo['email_verified'], userInfo['verified_email']];
  const email = textOf(userInfo, 'email');
  return claims.some((claim) => claim === false || claim === 'false') ? null : email;
}

function localPart(email: string | null): string | null {
  const [part = ''] = email?.split('@') ?? [];
  return part === '' ? null : part;
}
