import type { JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import type { Place } from './coercer.js';
import { InputFindings, refused, type Refused } from './input-findings.js';
import { isScalar, pythonRepr } from './python-text.js';
import { scalarCoercer } from './scalar-coercer.js';

/** One value of an `enum`: as written, and as the type converts it, or refuses to. */
interface EnumValue {
  readonly written: JsonValue;
  readonly converted: JsonValue | Refused;
}

/** The values of a node's `enum`, converted by its type alone; null without one (or an empty one). */
export function enumValues(node: TypeNode, place: Place): readonly EnumValue[] | null {
  if (node.enum === undefined || node.enum.length === 0) return null;
  const convert = scalarCoercer(bare(node), place)?.convert;
  return node.enum.map((written) => ({
    written,
    converted: written === null || convert === undefined ? written : convert(written, new InputFindings()),
  }));
}

/** Whether a converted value is one of the enum's. */
export function membership(values: readonly EnumValue[]): (value: JsonValue) => boolean {
  const converted = values.flatMap((value) => (value.converted === refused ? [] : [value.converted]));
  const scalars = new Set(converted.filter(isScalar));
  const structures = new Set(converted.filter((value) => !isScalar(value)).map(pythonRepr));
  return (value) => (isScalar(value) ? scalars.has(value) : structures.has(pythonRepr(value)));
}

/** The type without what only arguments must fulfil. */
function bare(node: TypeNode): TypeNode {
  return {
    type: node.type,
    sensitive: node.sensitive,
    additionalProperties: node.additionalProperties,
    ...(node.format === undefined ? {} : { format: node.format }),
  };
}
