import type { TypeNode } from '../../../common/domain/type-node.js';
import { booleanScalar } from './boolean-coercer.js';
import type { Place, ScalarCoercer } from './coercer.js';
import { integerScalar, numberScalar } from './number-coercer.js';
import { stringScalar } from './string-coercer.js';

/** The conversion of a scalar type, which need not know null; null for arrays and objects. */
export function scalarCoercer(node: TypeNode, place: Place): ScalarCoercer | null {
  switch (node.type) {
    case 'string':
      return stringScalar(node, place);
    case 'integer':
      return integerScalar(node, place);
    case 'number':
      return numberScalar(node);
    case 'boolean':
      return booleanScalar;
    default:
      return null;
  }
}
