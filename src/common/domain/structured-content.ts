import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import type { TypeNode } from './type-node.js';

/**
 * A result as `structuredContent` of MCP: objects as they are, arrays and scalars as `{result: …}`
 * (endpoints.md §4.2). Where `return` is an object and the whole of it was withheld, nothing is left: `{}`.
 */
export function structuredContent(value: JsonValue, returns: TypeNode): JsonObject {
  if (returns.type !== 'object') return { result: value };
  return isJsonObject(value) ? value : {};
}
