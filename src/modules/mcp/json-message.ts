import type { JsonValue } from '../../common/domain/json.js';
import { parseJsonText } from '../../common/domain/json-text.js';

/** Text that is not taken as a JSON-RPC message, and the error that says so. */
export interface MessageRefusal {
  readonly code: -32700 | -32600;
  readonly message: string;
}

export type ParsedMessage =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly refusal: MessageRefusal };

/** Deepest nesting of arrays and objects that is accepted (operations.md §10). */
const MAX_DEPTH = 64;

/** Only a text with one of these can hold a key that reaches a prototype; `\u` may spell any of them. */
const suspicious = /__proto__|prototype|\\u/;

/** Reads one message: integers keep all their digits, deep nesting and prototype keys are refused. */
export function parseMessage(text: string): ParsedMessage {
  if (isTooDeep(text)) return refused(-32600, `Invalid Request: nested deeper than ${MAX_DEPTH} levels`);
  let value: JsonValue;
  try {
    value = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refused(-32700, 'Parse error: the message is not valid JSON');
  }
  if (suspicious.test(text) && hasPrototypeKey(value)) {
    return refused(-32600, 'Invalid Request: the key __proto__, constructor or prototype is not allowed');
  }
  return { ok: true, value };
}

function refused(code: MessageRefusal['code'], message: string): ParsedMessage {
  return { ok: false, refusal: { code, message } };
}

/** Counts brackets outside strings, before anything recursive sees the text. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (isString) {
      if (unit === BACKSLASH) index += 1;
      else if (unit === QUOTE) isString = false;
    } else if (unit === QUOTE) {
      isString = true;
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function hasPrototypeKey(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  return Object.entries(value).some(
    ([key, member]: [string, JsonValue]) =>
      (key === 'constructor' && isObject(member) && Object.hasOwn(member, 'prototype')) ||
      hasPrototypeKey(member),
  );
}

function isObject(value: JsonValue): value is object & JsonValue {
  return typeof value === 'object' && value !== null;
}
