import type { JsonValue } from '../../../../src/common/domain/json.js';
import type { TypeName, TypeNode } from '../../../../src/common/domain/type-node.js';
import { InputInvalidError, type InputProblem } from '../../../../src/common/errors/endpoint-errors.js';
import { compileInput } from '../../../../src/modules/endpoints/schema/compile-input.js';
import { aParameter } from '../../../builders/a-type-node.js';

/** The value that parameter `x` of this type becomes. */
export function coerced(
  value: JsonValue,
  type: TypeName,
  overrides: Partial<TypeNode> = {},
): JsonValue | undefined {
  return compileInput([aParameter('x', type, overrides)]).parse({ x: value }, 'refuse')['x'];
}

/** Why parameter `x` refuses the value; empty when it does not. */
export function refusals(
  value: JsonValue,
  type: TypeName,
  overrides: Partial<TypeNode> = {},
): readonly InputProblem[] {
  try {
    compileInput([aParameter('x', type, overrides)]).parse({ x: value }, 'refuse');
  } catch (error) {
    if (error instanceof InputInvalidError) return error.problems;
    throw error;
  }
  return [];
}
