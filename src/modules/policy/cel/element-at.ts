import { isCelList, isCelMap, isCelUint, type CelValue } from '@bufbuild/cel';
import { RuleEvaluationError } from './rule-evaluation-error.js';

/**
 * `container[key]`; a negative index counts from the end of a list.
 * @throws RuleEvaluationError when nothing is there
 */
export function elementAt(container: CelValue, key: CelValue): CelValue {
  if (isCelList(container)) {
    const index = integerOf(key);
    if (index === null) throw new RuleEvaluationError('a list is indexed by an integer');
    const element = container.get(index < 0 ? container.size + index : index);
    if (element === undefined) throw new RuleEvaluationError('index out of range');
    return element;
  }
  if (isCelMap(container)) {
    const found = isMapKey(key) ? container.get(key) : undefined;
    if (found === undefined) throw new RuleEvaluationError('no such key');
    return found;
  }
  throw new RuleEvaluationError('value cannot be indexed');
}

function integerOf(key: CelValue): number | null {
  const number = isCelUint(key) ? Number(key.value) : typeof key === 'bigint' ? Number(key) : key;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

function isMapKey(key: CelValue): key is string | bigint | boolean | number {
  return typeof key !== 'object' || isCelUint(key);
}
