import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';

/** An object under construction. */
export type Members = Record<string, JsonValue>;

/** Adds a member; one named `__proto__` becomes ordinary data. */
export function setMember(target: Members, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** An object's own member; undefined when it has none of that name. */
export function ownMember(source: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}

/** Freezes a value that many calls share, all the way down. */
export function deepFrozen<T extends JsonValue>(value: T): T {
  if (isJsonArray(value)) value.forEach(deepFrozen);
  else if (isJsonObject(value)) Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}
