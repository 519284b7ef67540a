import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import type { TypeNode } from './type-node.js';

/**
 * A result as `structuredContent` of MCP: objects as they are, arrays and scalars as `{result: …}`
 * (endpoints.md §4.2). Null when there is no such form, which is so for a null where `return` is an object.
 */
export function structuredContent(value: JsonValue, returns: TypeNode): JsonObject | null {
  if (returns.type !== 'object') return { result: value };
  return isJsonObject(value) ? value : null;
}
