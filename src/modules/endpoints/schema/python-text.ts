import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';

/*
 * How Python prints values: error messages that existing scripts match hold lists, floats and type
 * names in that notation (endpoints.md §2.3).
 */

/** Type names as Python has them: `str`, `int`, `float`, `bool`, `list`, `dict`, `NoneType`. */
export function pythonTypeName(value: JsonValue): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int' : 'float';
  return isJsonArray(value) ? 'list' : 'dict';
}

/** A value in Python's list notation: `['a', 1, 1.5, None, True]`. */
export function pythonRepr(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return pythonNumber(value);
  if (isJsonArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  const members = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonRepr(item)}`);
  return `{${members.join(', ')}}`;
}

/** The text form that Python's `str()` gives. */
export function pythonText(value: JsonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** Integers by their digits, everything else as a float. */
export function pythonNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString();
  return Number.isSafeInteger(value) ? String(value) : pythonFloat(value);
}

/** A float as Python prints it: `5.0`, `0.001`, `1e-05`, `1e+16`, `inf`, `nan`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain =
    exponent < 0 ? value.toFixed(Math.min(100, significant(digits) - 1 - exponent)) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** True for values JSON calls scalars. */
export function isScalar(value: JsonValue): value is string | number | bigint | boolean | null {
  return !isJsonArray(value) && !isJsonObject(value);
}

function significant(digits: string): number {
  return digits.replace(/\D/g, '').length;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\n\r\t\p{Cc}]|['"]/gu, (found) => {
    if (found === "'" || found === '"') return found === quote ? `\\${found}` : found;
    return escapes[found] ?? `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return quote + body + quote;
}
