import type { JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { arrayCoercer } from './array-coercer.js';
import type { Check, Coercer, Place, ScalarCoercer } from './coercer.js';
import { enumValues, membership } from './enum-values.js';
import { objectCoercer } from './object-coercer.js';
import { refused } from './input-findings.js';
import { pythonRepr } from './python-text.js';
import { scalarCoercer } from './scalar-coercer.js';

/**
 * Compiles a declared type into one function that converts and checks (endpoints.md §2.2, §2.3): the only
 * coercion table, for every caller. Null passes for scalars, and for everything nested or null by default.
 */
export function compileCoercer(node: TypeNode, place: Place): Coercer {
  const scalar = scalarCoercer(node, place);
  const enumerated = enumCheck(node, place);
  return scalar === null
    ? checkedStructure(structureCoercer(node, place), enumerated)
    : checkedScalar(scalar, enumerated);
}

function structureCoercer(node: TypeNode, place: Place): Coercer {
  return node.type === 'array'
    ? arrayCoercer(node, place, compileCoercer)
    : objectCoercer(node, place, compileCoercer);
}

function checkedStructure(convert: Coercer, enumerated: Check | null): Coercer {
  if (enumerated === null) return convert;
  return (value, findings) => {
    const converted = convert(value, findings);
    return converted !== refused && enumerated(converted, findings) ? converted : refused;
  };
}

function checkedScalar({ convert, check }: ScalarCoercer, enumerated: Check | null): Coercer {
  if (check === null && enumerated === null) {
    return (value, findings) => (value === null ? null : convert(value, findings));
  }
  return (value, findings) => {
    const converted = value === null ? null : convert(value, findings);
    if (converted === refused) return refused;
    if (enumerated !== null && !enumerated(converted, findings)) return refused;
    return converted === null || check === null || check(converted, findings) ? converted : refused;
  };
}

/** Compares the converted value with the `enum`. Null needs to be listed, nested or the default. */
function enumCheck(node: TypeNode, place: Place): Check | null {
  const values = place.trusted && place.nested ? null : enumValues(node, place);
  if (values === null) return null;
  const isMember = membership(values);
  const nullPasses = place.nested || node.default === null;
  const choices = `Must be one of: ${pythonRepr(values.map(({ written }): JsonValue => written))}`;
  return (value, findings) => {
    if (isMember(value) || (value === null && nullPasses)) return true;
    const message = `Invalid value for ${findings.place}. ${choices}`;
    findings.refuseWhole(message, message);
    return false;
  };
}
