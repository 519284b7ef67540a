import { exactInteger, isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { orderedObject } from './ordered-object.js';

/** `JSON.rawJSON` and the reviver's source access (ES proposal, in V8), which TypeScript's library lacks. */
const json = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  stringify(value: unknown, replacer?: (key: string, value: unknown) => unknown, space?: number): string;
};

const unsafeDigits = /\d{16}/;
const integerText = /^-?\d+$/;

/**
 * Compact JSON text, or indented when `indent` is given. Integers beyond 2^53 keep all their
 * digits; NaN and infinities become `null`.
 */
export function toJsonText(value: JsonValue, indent?: number): string {
  try {
    return json.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return json.stringify(value, writeBigInt, indent);
  }
}

/** A value as the text that callers read: a string verbatim, anything else as `toJsonText`. */
export function valueText(value: JsonValue, indent?: number): string {
  return typeof value === 'string' ? value : toJsonText(value, indent);
}

/** As `toJsonText`, with every character outside ASCII escaped as `\uXXXX`. */
export function toAsciiJsonText(value: JsonValue, indent?: number): string {
  return toJsonText(value, indent).replace(
    /[\u007f-\uffff]/g,
    (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

/**
 * Parses JSON text; integers beyond 2^53 become `bigint` with all their digits.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJsonText(text: string): JsonValue {
  if (!unsafeDigits.test(text)) return JSON.parse(text) as JsonValue;
  return json.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context.source;
    return source !== undefined && integerText.test(source) ? exactInteger(BigInt(source)) : value;
  }) as JsonValue;
}

/** The object that the text is; null when it is something else, or no JSON. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value = parseJsonText(text);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Every `bigint` in the value as a raw JSON number, for serialisers that are not ours. */
export function withRawIntegers(value: JsonValue): unknown {
  if (typeof value === 'bigint') return json.rawJSON(value.toString());
  if (Array.isArray(value)) return value.map((item) => withRawIntegers(item as JsonValue));
  if (typeof value === 'object' && value !== null) {
    return orderedObject(Object.entries(value).map(([key, item]) => [key, withRawIntegers(item)]));
  }
  return value;
}

function writeBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? json.rawJSON(value.toString()) : value;
}
