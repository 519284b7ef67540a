import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { Temporal } from './jinja/temporal.js';
import { Dict, type Value } from './jinja/values.js';

const temporalFormats: ReadonlySet<string> = new Set(['date', 'time', 'date-time', 'timestamp']);

/**
 * A validated value as Python would hold it: a `number` is a float, dates and times are such objects,
 * elsewhere whole numbers are integers.
 */
export function templateValue(value: JsonValue, node: TypeNode | undefined): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') {
    return node?.type === 'number' && typeof value === 'bigint' ? Number(value) : value;
  }
  if (typeof value === 'number') {
    return node?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (typeof value === 'string') {
    const isTemporal = node?.format !== undefined && temporalFormats.has(node.format);
    return isTemporal ? (Temporal.parse(value) ?? value) : value;
  }
  if (isJsonArray(value)) return value.map((item) => templateValue(item, node?.items));
  if (!isJsonObject(value)) return null;
  const properties = new Map(Object.entries(node?.properties ?? {}));
  return Dict.of(
    Object.entries(value).map(([key, item]) => [key, templateValue(item, properties.get(key))] as const),
  );
}
