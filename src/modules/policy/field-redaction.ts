import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../common/domain/json.js';
import { orderedObject } from '../../common/domain/ordered-object.js';

/** Takes fields out of a result, or hides them; never changes the value it is given. */
export type Redaction = (value: JsonValue) => JsonValue;

/** What a masked value reads, whatever its type. */
export const MASK = '****';

/** The key is dropped from its object. */
const REMOVED = Symbol('removed');

type Replacement = typeof MASK | typeof REMOVED;

/** Removes the fields (`filter_fields`, policies.md §6). */
export function removeFields(fields: readonly string[]): Redaction {
  return redaction(fields, REMOVED);
}

/** Replaces the values of existing fields by `****` (`mask_fields`, policies.md §6). */
export function maskFields(fields: readonly string[]): Redaction {
  return redaction(fields, MASK);
}

/**
 * A field names a key of each top-level object, else a dotted path below it, where `*` is any key. Lists,
 * nested ones too, pass the path on to each element.
 */
function redaction(fields: readonly string[], replacement: Replacement): Redaction {
  const keys = new Set(fields);
  const paths = fields
    .filter((field) => field.includes('.') || field === '*')
    .map((field) => ({ field, segments: field.split('.') }));
  return (value) =>
    eachObject(value, (object) => {
      const redacted = changeMembers(object, (key, member) => (keys.has(key) ? replacement : member));
      return paths.reduce<JsonObject>(
        (current, { field, segments }) =>
          Object.hasOwn(object, field) ? current : alongPath(current, segments, replacement),
        redacted,
      );
    });
}

/** @param segments at least one; the last names what is replaced */
function alongPath(object: JsonObject, segments: readonly string[], replacement: Replacement): JsonObject {
  const [segment = '', ...rest] = segments;
  return changeMembers(object, (key, member) => {
    if (segment !== '*' && segment !== key) return member;
    if (rest.length === 0) return replacement;
    return eachObject(member, (inner) => alongPath(inner, rest, replacement));
  });
}

/** Applies the change to the value, or to the objects in the lists it is made of. */
function eachObject(value: JsonValue, change: (object: JsonObject) => JsonObject): JsonValue {
  if (isJsonArray(value)) return value.map((item) => eachObject(item, change));
  return isJsonObject(value) ? change(value) : value;
}

/** The object itself while nothing changes, else a copy without the removed members. */
function changeMembers(
  object: JsonObject,
  change: (key: string, member: JsonValue) => JsonValue | typeof REMOVED,
): JsonObject {
  let isChanged = false;
  const kept: (readonly [string, JsonValue])[] = [];
  for (const [key, member] of Object.entries(object)) {
    const changed = change(key, member);
    if (changed !== member) isChanged = true;
    if (changed !== REMOVED) kept.push([key, changed]);
  }
  return isChanged ? orderedObject(kept) : object;
}
