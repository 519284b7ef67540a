import type { JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import type { InputFindings, Refused } from './input-findings.js';

/** Converts and checks one value; the findings explain a refusal. */
export type Coercer = (value: JsonValue, findings: InputFindings) => JsonValue | Refused;

/** What a converted value must fulfil beyond its type; false when it was refused. */
export type Check = (value: JsonValue, findings: InputFindings) => boolean;

/** The two halves of a scalar type, between which an `enum` is compared. Neither sees null. */
export interface ScalarCoercer {
  readonly convert: Coercer;
  /** Null when the type is all there is. */
  readonly check: Check | null;
}

/** Where a declared type stands; decides what null means and what messages may repeat. */
export interface Place {
  /** A property or an item, where null is always allowed. */
  readonly nested: boolean;
  /** The node or one above it is marked `sensitive`. */
  readonly sensitive: boolean;
  /** The value comes from the definition: what only the caller's values are checked for is let pass. */
  readonly trusted: boolean;
}

/** Where parameters stand. */
export const atParameter: Place = { nested: false, sensitive: false, trusted: false };

export type CompileNode = (node: TypeNode, place: Place) => Coercer;

/** The place of a member of a node. */
export function inside(node: TypeNode, place: Place): Place {
  return { ...place, nested: true, sensitive: place.sensitive || node.sensitive };
}
