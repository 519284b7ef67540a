import type { JsonValue } from '../../../common/domain/json.js';
import type { StringFormat, TypeNode } from '../../../common/domain/type-node.js';
import type { Coercer, Place, ScalarCoercer } from './coercer.js';
import { excerpt, refused, type InputFindings, type Refused } from './input-findings.js';
import { compilePattern } from './linear-pattern.js';
import { pythonNumber, pythonText, pythonTypeName } from './python-text.js';
import { formatReaders } from './string-formats.js';

type TextCheck = (text: string, findings: InputFindings) => boolean;

/** Strings, and the text of numbers and booleans; formats come out in canonical form (endpoints.md §2.3). */
export function stringScalar(node: TypeNode, place: Place): ScalarCoercer {
  const check = textCheck(node, place);
  if (node.format !== undefined) {
    const sensitive = place.sensitive || node.sensitive;
    return { convert: formatted(node.format, sensitive, check), check: null };
  }
  return {
    convert: toText,
    check: check === null ? null : (value, findings) => check(pythonText(value), findings),
  };
}

/** Reads the format from the text as given, which is also what lengths and pattern are about. */
function formatted(format: StringFormat, sensitive: boolean, check: TextCheck | null): Coercer {
  const read = formatReaders[format];
  return (value, findings) => {
    const text = toText(value, findings);
    if (text === refused || check?.(text, findings) === false) return refused;
    const reading = read(text, excerpt(text, sensitive));
    return 'text' in reading ? reading.text : findings.refuse(reading.reason, reading.reason);
  };
}

function toText(value: JsonValue, findings: InputFindings): string | Refused {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return pythonNumber(value);
  if (typeof value === 'boolean') return String(value);
  return findings.refuse('Input should be a valid string', `Expected string, got ${pythonTypeName(value)}`);
}

function textCheck(node: TypeNode, place: Place): TextCheck | null {
  const checks = [lengthCheck(node), patternCheck(node, place)].filter((check) => check !== null);
  if (checks.length === 0) return null;
  return (text, findings) => {
    let fits = true;
    for (const check of checks) fits = check(text, findings) && fits;
    return fits;
  };
}

function lengthCheck({ minLength = 0, maxLength = Infinity }: TypeNode): TextCheck | null {
  if (minLength === 0 && maxLength === Infinity) return null;
  return (text, findings) => {
    // a character has one or two units, so most texts need no counting
    if (text.length >= minLength * 2 && text.length <= maxLength) return true;
    const length = codePoints(text);
    if (length < minLength) {
      findings.refuse(
        `String should have at least ${counted(minLength, 'character')}`,
        `String must be at least ${minLength} characters long`,
      );
      return false;
    }
    if (length <= maxLength) return true;
    findings.refuse(
      `String should have at most ${counted(maxLength, 'character')}`,
      `String must be at most ${maxLength} characters long`,
    );
    return false;
  };
}

/**
 * Null where the reference lets the text pass: beside an `enum` of strings alone, and for values of the
 * definition. A pattern that does not compile matches nothing; load reports it.
 */
function patternCheck(node: TypeNode, place: Place): TextCheck | null {
  const { pattern } = node;
  if (pattern === undefined || place.trusted || hasTextEnum(node)) return null;
  const compiled = compilePattern(pattern);
  return (text, findings) => {
    if (compiled.ok && compiled.test(text)) return true;
    findings.refuse(`String should match pattern '${pattern}'`, `String must match pattern '${pattern}'`);
    return false;
  };
}

/** True when `enum` lists strings only, which makes every other constraint moot. */
export function hasTextEnum(node: TypeNode): boolean {
  return (node.enum?.length ?? 0) > 0 && node.enum?.every((value) => typeof value === 'string') === true;
}

/** `1 item`, `2 items`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Length in characters, a surrogate pair being one. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const isPair = unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (isPair) index += 1;
    count += 1;
  }
  return count;
}
