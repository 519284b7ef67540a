import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../common/domain/json.js';
import { orderedObject } from '../../common/domain/ordered-object.js';
import type { TypeNode } from '../../common/domain/type-node.js';
import type { Redaction } from './field-redaction.js';

/** Not to be seen: a property or element is dropped, the whole result becomes null. */
const WITHHELD = Symbol('withheld');

type Filtered = JsonValue | typeof WITHHELD;
type Filter = (value: JsonValue) => Filtered;

/**
 * Drops everything the return schema marks `sensitive` (`filter_sensitive_fields`, policies.md §6). Nulls
 * that are not sensitive stay. A value of another shape than declared is withheld where its declaration
 * holds something sensitive, because nobody can tell which part that is.
 */
export function removeSensitiveFields(returns: TypeNode): Redaction {
  const filter = filterOf(returns);
  if (filter === null) return (value) => value;
  return (value) => {
    const filtered = filter(value);
    return filtered === WITHHELD ? null : filtered;
  };
}

/** Null where nothing needs to be looked at. */
function filterOf(type: TypeNode): Filter | null {
  if (type.sensitive) return () => WITHHELD;
  if (type.type === 'array') return type.items === undefined ? null : listFilter(filterOf(type.items));
  return type.type === 'object' ? objectFilter(type) : null;
}

function listFilter(filter: Filter | null): Filter | null {
  if (filter === null) return null;
  return (value) => {
    if (value === null) return null;
    if (!isJsonArray(value)) return WITHHELD;
    return value.map(filter).filter((item): item is JsonValue => item !== WITHHELD);
  };
}

function objectFilter(type: TypeNode): Filter | null {
  const properties = Object.entries(type.properties ?? {});
  const filters = new Map(properties.map(([name, property]) => [name, filterOf(property)]));
  const isHarmless = [...filters.values()].every((filter) => filter === null);
  if (isHarmless && type.additionalProperties) return null;
  return (value) => {
    if (isJsonObject(value)) return filterObject(value, filters, type.additionalProperties);
    return value === null || isHarmless ? value : WITHHELD;
  };
}

function filterObject(
  object: JsonObject,
  filters: ReadonlyMap<string, Filter | null>,
  keepsUndeclared: boolean,
): JsonObject {
  const kept: (readonly [string, JsonValue])[] = [];
  for (const [key, member] of Object.entries(object)) {
    const filter = filters.get(key);
    if (filter === undefined && !keepsUndeclared) continue;
    const filtered = filter ? filter(member) : member;
    if (filtered !== WITHHELD) kept.push([key, filtered]);
  }
  return orderedObject(kept);
}
