import type { ClaimMappings } from './app-config.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';
import type { Principal } from './principal.js';

/**
 * The capabilities that claims give, sorted (auth.md §9.4): for each path the exact key first, else along the
 * dots; a text counts whole before its words do.
 */
export function mappedCapabilities(profile: JsonObject, mappings: ClaimMappings): readonly string[] {
  const found = Object.entries(mappings).flatMap(([path, byValue]) => {
    const claim = claimAt(profile, path);
    return claim === undefined ? [] : texts(claim).flatMap((text) => namesOf(text, byValue));
  });
  return [...new Set(found)].sort();
}

/** The principal with what the mappings give beside what it has. */
export function withCapabilities(principal: Principal, mappings: ClaimMappings): Principal {
  const mapped = mappedCapabilities(principal.profile, mappings);
  if (mapped.length === 0) return principal;
  return { ...principal, capabilities: [...new Set([...principal.capabilities, ...mapped])].sort() };
}

function claimAt(profile: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(profile, path)) return profile[path];
  let at: JsonValue | undefined = profile;
  for (const key of path.split('.')) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

function texts(claim: JsonValue): readonly string[] {
  if (isJsonArray(claim)) return claim.flatMap((item) => texts(item));
  if (claim === null || isJsonObject(claim)) return [];
  return [String(claim)];
}

function namesOf(text: string, byValue: Readonly<Record<string, readonly string[]>>): readonly string[] {
  if (Object.hasOwn(byValue, text)) return byValue[text] ?? [];
  return text.split(/\s+/).flatMap((word) => (Object.hasOwn(byValue, word) ? (byValue[word] ?? []) : []));
}
