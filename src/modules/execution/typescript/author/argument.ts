import { isJsonObject, type JsonObject } from '../../../../common/domain/json.js';
import { ResultError } from '../thread/errors.js';
import { plainValue } from '../thread/result-value.js';

/** An argument of author code, which may be JavaScript and pass anything, as text. */
export function asText(value: unknown): string {
  return String(value);
}

/** As `asText`; null where there is nothing. */
export function asTextOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : asText(value);
}

/** As `asText`, as a number. */
export function asNumber(value: unknown): number {
  return Number(value);
}

/**
 * As plain data that can cross to the server.
 * @param name of the argument
 * @throws ResultError when it is no object, or JSON cannot say it
 */
export function asObject(value: object, name: string): JsonObject {
  const plain = plainValue(value);
  if (isJsonObject(plain)) return plain;
  throw new ResultError(`\`${name}\` must be an object`);
}
