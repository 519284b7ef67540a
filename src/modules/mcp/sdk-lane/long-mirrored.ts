import { isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { McpAnswer } from '../mcp-answer.js';

const HEADER_MISMATCH = -32020;

/**
 * What the SDK leaves out when it compares `Mcp-Param-*` headers with arguments (SEP-2243): integers beyond 2^53,
 * which must be there digit for digit. Null when nothing disagrees.
 */
export function longMismatch(
  schema: JsonValue | undefined,
  given: JsonValue | undefined,
  headers: Headers,
): McpAnswer | null {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  if (!isJsonObject(properties) || !isJsonObject(given)) return null;
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const mirror = isJsonObject(property) ? property['x-mcp-header'] : undefined;
    if (typeof value === 'bigint' && typeof mirror === 'string') {
      const header = `Mcp-Param-${mirror}`;
      if (headers.get(header) !== value.toString()) return mismatch(header);
    }
    const inner = longMismatch(property, value, headers);
    if (inner !== null) return inner;
  }
  return null;
}

function mismatch(header: string): McpAnswer {
  const message = `Bad Request: the request headers and body disagree: ${header}`;
  return { kind: 'error', error: { code: HEADER_MISMATCH, message, data: { header } }, httpStatus: 400 };
}
