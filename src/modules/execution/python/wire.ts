import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { ProtocolError } from './protocol-error.js';

/*
 * Reading members of a worker's messages. Each throws ProtocolError when the member is not what it must be.
 */

export function textMember(message: JsonObject, key: string): string {
  const value = message[key];
  return typeof value === 'string' ? value : fail(key);
}

/** Null when it is null or missing. */
export function optionalText(message: JsonObject, key: string): string | null {
  const value = message[key];
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : fail(key);
}

export function numberMember(message: JsonObject, key: string): number {
  const value = message[key];
  return typeof value === 'number' ? value : fail(key);
}

/** Null when it is null or missing. */
export function optionalNumber(message: JsonObject, key: string): number | null {
  const value = message[key];
  if (value === undefined || value === null) return null;
  return typeof value === 'number' ? value : fail(key);
}

export function listMember(message: JsonObject, key: string): readonly JsonValue[] {
  const value = message[key];
  return isJsonArray(value) ? value : fail(key);
}

export function objectMember(message: JsonObject, key: string): JsonObject {
  const value = message[key];
  return isJsonObject(value) ? value : fail(key);
}

/** A list of objects. */
export function objectsMember(message: JsonObject, key: string): readonly JsonObject[] {
  return listMember(message, key).map((item) => (isJsonObject(item) ? item : fail(key)));
}

/** A list of texts. */
export function textsMember(message: JsonObject, key: string): readonly string[] {
  return listMember(message, key).map((item) => (typeof item === 'string' ? item : fail(key)));
}

/** One of some words. */
export function wordMember<T extends string>(message: JsonObject, key: string, words: readonly T[]): T {
  const value = message[key];
  return words.find((word) => word === value) ?? fail(key);
}

function fail(key: string): never {
  throw new ProtocolError(`member ${key}`);
}
