import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { ScalarCoercer } from './coercer.js';
import type { InputFindings, Refused } from './input-findings.js';
import { pythonTypeName } from './python-text.js';

const trueTexts = new Set(['true', 'yes', 'on', 't', 'y', '1']);
const falseTexts = new Set(['false', 'no', 'off', 'f', 'n', '0']);

/** Booleans, 0 and 1, and the words for them in any case. */
export const booleanScalar: ScalarCoercer = { convert, check: null };

function convert(value: JsonValue, findings: InputFindings): boolean | Refused {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value === 'string' && value.length <= 5) {
    const word = value.toLowerCase();
    if (trueTexts.has(word)) return true;
    if (falseTexts.has(word)) return false;
  }
  const odd = value === null || isJsonArray(value) || isJsonObject(value);
  const phrase = odd
    ? 'Input should be a valid boolean'
    : 'Input should be a valid boolean, unable to interpret input';
  return findings.refuse(phrase, `Expected boolean, got ${pythonTypeName(value)}`);
}
