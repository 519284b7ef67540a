import { exactInteger, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import type { Place, ScalarCoercer } from './coercer.js';
import type { InputFindings, Refused } from './input-findings.js';
import { integerOfText, isMultipleOf, numberOfText } from './number-text.js';
import { pythonFloat, pythonTypeName } from './python-text.js';

/** Integers of any size, integral floats, their text, booleans (endpoints.md §2.2). */
export function integerScalar(node: TypeNode, place: Place): ScalarCoercer {
  const truncates = place.trusted;
  return {
    convert: (value, findings) =>
      Number.isSafeInteger(value) ? value : otherInteger(value, findings, truncates),
    check: boundsCheck(node),
  };
}

/** Integers, floats, their text including `NaN` and `inf`, booleans; always a `number`. */
export function numberScalar(node: TypeNode): ScalarCoercer {
  return {
    convert: (value, findings) => (typeof value === 'number' ? value : otherNumber(value, findings)),
    check: boundsCheck(node),
  };
}

function otherInteger(
  value: JsonValue,
  findings: InputFindings,
  truncates: boolean,
): number | bigint | Refused {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return exactInteger(BigInt(value));
    if (truncates && Number.isFinite(value)) return Math.trunc(value);
    const phrase = Number.isFinite(value)
      ? 'Input should be a valid integer, got a number with a fractional part'
      : 'Input should be a finite number';
    return findings.refuse(phrase, 'Expected integer, got float');
  }
  if (typeof value !== 'string')
    return wrongType('integer', 'Input should be a valid integer', value, findings);
  const read = integerOfText(value);
  if (read === null || read === 'too long') {
    const phrase =
      read === null
        ? 'Input should be a valid integer, unable to parse string as an integer'
        : 'Unable to parse input string as an integer, exceeded maximum size';
    return wrongType('integer', phrase, value, findings);
  }
  return read;
}

function otherNumber(value: JsonValue, findings: InputFindings): number | Refused {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string')
    return wrongType('number', 'Input should be a valid number', value, findings);
  return (
    numberOfText(value) ??
    wrongType('number', 'Input should be a valid number, unable to parse string as a number', value, findings)
  );
}

function wrongType(type: string, phrase: string, value: JsonValue, findings: InputFindings): Refused {
  return findings.refuse(phrase, `Expected ${type}, got ${pythonTypeName(value)}`);
}

interface Bound {
  readonly holds: (value: number | bigint) => boolean;
  readonly phrase: string;
  readonly detail: string;
}

/** Bounds as written; those that are no finite number bound nothing. */
function bounds(node: TypeNode): Bound[] {
  const found: Bound[] = [];
  const add = (
    limit: number | undefined,
    sign: string,
    words: string,
    holds: (limit: number) => Bound['holds'],
  ) => {
    if (limit === undefined || !Number.isFinite(limit)) return;
    found.push({
      holds: holds(limit),
      phrase: `Input should be ${words} ${limit}`,
      detail: `Value must be ${sign} ${pythonFloat(limit)}`,
    });
  };
  // written so that NaN, which compares with nothing, is refused
  add(
    node.multipleOf || undefined,
    'multiple of',
    'a multiple of',
    (step) => (value) => isMultipleOf(value, step),
  );
  add(node.minimum, '>=', 'greater than or equal to', (limit) => (value) => value >= limit);
  add(node.maximum, '<=', 'less than or equal to', (limit) => (value) => value <= limit);
  add(node.exclusiveMinimum, '>', 'greater than', (limit) => (value) => value > limit);
  add(node.exclusiveMaximum, '<', 'less than', (limit) => (value) => value < limit);
  return found;
}

function boundsCheck(node: TypeNode): ScalarCoercer['check'] {
  const declared = bounds(node);
  if (declared.length === 0) return null;
  return (value, findings) => {
    let fits = true;
    for (const bound of declared) {
      if (bound.holds(value as number | bigint)) continue;
      findings.refuse(bound.phrase, bound.detail);
      fits = false;
    }
    return fits;
  };
}
