import type { JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import type { Coercer, CompileNode, Place } from './coercer.js';
import { InputFindings, refused, type Refused } from './input-findings.js';
import { deepFrozen } from './json-members.js';

/**
 * What an absent value becomes: the default of the definition, converted once. It is held to what the
 * reference holds defaults to, so a pattern or a nested `enum` does not stop it; a default that fails even
 * so is refused at each call that needs it, with the findings of that call.
 * @param coerce the node's own coercer, for a caller's values
 */
export function readyDefault(
  node: TypeNode,
  place: Place,
  coerce: Coercer,
  compile: CompileNode,
): (findings: InputFindings) => JsonValue | Refused {
  const written = node.default ?? null;
  let converted = coerce(written, new InputFindings());
  if (converted === refused && !place.trusted) {
    converted = compile(node, { ...place, trusted: true })(written, new InputFindings());
  }
  if (converted === refused) return (findings) => coerce(written, findings);
  const ready = deepFrozen(converted);
  return () => ready;
}
