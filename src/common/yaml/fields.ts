import { z } from 'zod';
import { exactInteger, type JsonValue } from '../domain/json.js';
import { YamlDate } from './yaml-date.js';

/*
 * The field kinds of our YAML files, with the coercions and phrases that existing projects know
 * (configuration.md §1.4, quality.md §1.4). `.meta` carries what editors need in the JSON Schema.
 */

const trueTexts = new Set(['true', 'yes', 'on', 'y', 't', '1']);
const falseTexts = new Set(['false', 'no', 'off', 'n', 'f', '0']);

function lax<T>(
  schema: Record<string, unknown>,
  convert: (value: unknown, refuse: (message: string) => never) => T,
) {
  return z
    .unknown()
    .meta(schema)
    .transform((value, context): T => {
      try {
        return convert(value, (message) => {
          throw new Refusal(value === undefined ? 'Field required' : message);
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });
}

class Refusal extends Error {}

/** A mapping that refuses unknown keys; the issue names the valid ones for `nearest`. */
export function strict<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(',') : undefined),
  });
}

/** A YAML string; numbers, booleans and dates are refused. */
export const text = () => z.string();

/** Booleans, 0, 1 and the words for them in any case. */
export const flag = () =>
  lax({ type: 'boolean' }, (value, refuse): boolean => {
    if (typeof value === 'boolean') return value;
    if (value === 0 || value === 1) return value === 1;
    if (typeof value !== 'string') return refuse('Input should be a valid boolean');
    const word = value.toLowerCase();
    if (trueTexts.has(word)) return true;
    if (falseTexts.has(word)) return false;
    return refuse('Input should be a valid boolean, unable to interpret input');
  });

/** Integers, integral floats, booleans and numeric text. */
export const integer = (options: { min?: number } = {}) =>
  lax(
    { type: 'integer', ...(options.min === undefined ? {} : { minimum: options.min }) },
    (value, refuse): number => {
      const found = integerOf(value, refuse);
      if (options.min !== undefined && found < options.min) {
        return refuse(`Input should be greater than or equal to ${options.min}`);
      }
      return found;
    },
  );

function integerOf(value: unknown, refuse: (message: string) => never): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? value
      : refuse('Input should be a valid integer, got a number with a fractional part');
  }
  if (typeof value !== 'string') return refuse('Input should be a valid integer');
  if (!/^\s*[-+]?\d+(?:\.0*)?\s*$/.test(value)) {
    return refuse('Input should be a valid integer, unable to parse string as an integer');
  }
  return Number(value);
}

/** Numbers and numeric text. */
export const decimal = () =>
  lax({ type: 'number' }, (value, refuse): number => {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'string') return refuse('Input should be a valid number');
    const parsed = value.trim() === '' ? NaN : Number(value);
    return Number.isNaN(parsed)
      ? refuse('Input should be a valid number, unable to parse string as a number')
      : parsed;
  });

/** Any YAML value as plain JSON data; dates become their ISO text, NaN and infinities null. */
export const anything = () => z.unknown().transform((value): JsonValue => plainValue(value));

/** As `anything`, but the key must be there (null counts). */
export const anythingRequired = () =>
  lax({}, (value, refuse): JsonValue => (value === undefined ? refuse('Field required') : plainValue(value)));

/** What a parsed YAML value is as JSON data. */
export function plainValue(value: unknown): JsonValue {
  if (value instanceof YamlDate) return value.iso;
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return exactInteger(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Set) return [...(value as Set<unknown>)].map(plainValue);
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as Map<unknown, unknown>)].map(([key, item]) => [String(key), plainValue(item)]),
    );
  }
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}
