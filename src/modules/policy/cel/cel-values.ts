import { celList, celMap, type CelInput } from '@bufbuild/cel';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { LazyMap } from './lazy-map.js';

/**
 * Plain data as CEL values (policies.md §4). Whole numbers are `int`, unless their declared type is `number`
 * or they exceed 64 bits; everything else numeric is `double`. Members of objects are converted when asked.
 * @param type the declared type, as far as there is one
 */
export function toCelValue(value: JsonValue, type?: TypeNode): CelInput {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && type?.type !== 'number' ? BigInt(value) : value;
  }
  if (typeof value === 'bigint') {
    return type?.type !== 'number' && BigInt.asIntN(64, value) === value ? value : Number(value);
  }
  if (isJsonArray(value)) return celList(value.map((item) => toCelValue(item, type?.items)));
  if (isJsonObject(value)) {
    const properties = type?.properties;
    return celMap(
      new LazyMap(value, (member, key) =>
        toCelValue(
          member,
          properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined,
        ),
      ),
    );
  }
  return value;
}
