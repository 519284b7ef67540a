import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';

/**
 * True when a filled-in form fits the schema it was asked with. A schema that is none checks nothing: it is the
 * endpoint's own, and the client has shown it to somebody all the same.
 */
export function fitsForm(schema: JsonObject, content: JsonValue): boolean {
  try {
    // one for each form: it keeps every schema it has seen
    return new AjvJsonSchemaValidator().getValidator(schema)(asNumbers(content)).valid;
  } catch {
    return true;
  }
}

/** The validator knows no `bigint`; rounded, an integer is still an integer and as good as within its bounds. */
function asNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asNumbers(member)]));
}
