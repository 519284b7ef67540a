import { isJsonArray, jsonKind, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { inside, type Coercer, type CompileNode, type Place } from './coercer.js';
import { excerpt, refused, type InputFindings, type Refused } from './input-findings.js';
import { parseJsonArgument } from './json-argument.js';
import { pythonText } from './python-text.js';
import { counted } from './string-coercer.js';

/** Lists and JSON text of them; items are coerced (endpoints.md §2.2). */
export function arrayCoercer(node: TypeNode, place: Place, compile: CompileNode): Coercer {
  const item = node.items === undefined ? null : compile(node.items, inside(node, place));
  const sensitive = place.sensitive || node.sensitive;
  const nullable = place.nested || node.default === null;
  return (value, findings) => {
    const list = typeof value === 'string' ? parseJsonArgument(value) : value;
    if (list === undefined) {
      const text = excerpt(pythonText(value), sensitive);
      return findings.refuse('Input should be a valid list', `Invalid JSON array: ${text}`);
    }
    if (list === null && nullable) return null;
    if (!isJsonArray(list)) {
      return findings.refuse('Input should be a valid list', `Expected array, got ${jsonKind(list)}`);
    }
    const sized = hasRightSize(list, node, findings);
    const items = item === null ? list : coercedItems(list, item, findings);
    if (items === refused || !sized) return refused;
    return node.uniqueItems === true && hasRepeats(items) ? refuseRepeats(findings) : items;
  };
}

function hasRightSize(list: readonly JsonValue[], node: TypeNode, findings: InputFindings): boolean {
  const { minItems = 0, maxItems = Infinity } = node;
  if (list.length < minItems) {
    findings.refuse(
      `List should have at least ${counted(minItems, 'item')} after validation, not ${list.length}`,
      `Array must have at least ${minItems} items`,
    );
    return false;
  }
  if (list.length <= maxItems) return true;
  findings.refuse(
    `List should have at most ${counted(maxItems, 'item')} after validation, not ${list.length}`,
    `Array must have at most ${maxItems} items`,
  );
  return false;
}

function coercedItems(
  list: readonly JsonValue[],
  item: Coercer,
  findings: InputFindings,
): readonly JsonValue[] | Refused {
  const items: JsonValue[] = [];
  for (let index = 0; index < list.length; index += 1) {
    findings.enter(index);
    const coerced = item(list[index] ?? null, findings);
    findings.leave();
    if (coerced !== refused) items.push(coerced);
  }
  return items.length === list.length ? items : refused;
}

/** By text form, as the reference compares: 1 equals "1". */
function hasRepeats(items: readonly JsonValue[]): boolean {
  return new Set(items.map(pythonText)).size < items.length;
}

function refuseRepeats(findings: InputFindings): Refused {
  return findings.refuse('Array must contain unique items', 'Array must contain unique items');
}
