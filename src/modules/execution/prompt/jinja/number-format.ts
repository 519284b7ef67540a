import { numberOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { floatText } from './text.js';
import { typeName, Undefined, type Value } from './values.js';

/** A float with that many digits after the point, rounded half to even from its exact value. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const isNegative = value < 0 || Object.is(value, -0);
  return (isNegative ? '-' : '') + exactFixed(Math.abs(value), digits);
}

/** Python's `round(value, digits)` of a float. */
export function rounded(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 300) return value;
  if (digits >= 0) return Number(fixed(value, digits));
  const scaled = Number(exactFixed(Math.abs(value) / 10 ** -digits, 0)) * 10 ** -digits;
  return value < 0 ? -scaled : scaled;
}

/** `%e`: one digit before the point, an exponent of at least two digits. */
export function exponential(value: number, digits: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const [mantissa = '', exponent = '0'] = value.toExponential(Math.min(digits, 100)).split('e');
  return `${Object.is(value, -0) ? '-' : ''}${mantissa}e${exponentText(Number(exponent))}`;
}

/** `%g`: so many significant digits, an exponent where the number is very large or small. */
export function general(value: number, digits: number, keepZeros = false): string {
  if (!Number.isFinite(value)) return floatText(value);
  const precision = Math.max(1, Math.min(digits, 100));
  const [mantissa = '', exponentPart = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentPart);
  const trim = (text: string): string =>
    keepZeros || !text.includes('.') ? text : text.replace(/0+$/u, '').replace(/\.$/u, '');
  if (exponent < -4 || exponent >= precision) return `${trim(mantissa)}e${exponentText(exponent)}`;
  return trim(fixed(value, Math.max(0, precision - 1 - exponent)));
}

/** The value as a float, where Python's `%f` would take it. */
export function floatArgument(value: Value): number {
  const number = numberOf(value);
  if (number !== null) return Number(number);
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(`must be real number, not ${typeName(value)}`);
}

/** Python's `float(text)`; null when the text is no number. */
export function parseFloatText(text: string): number | null {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/gu, '');
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/u.test(trimmed)) return Number(trimmed);
  const word = /^([+-]?)(inf|infinity|nan)$/iu.exec(trimmed);
  if (word === null) return null;
  if (word[2]?.toLowerCase() === 'nan') return NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}

/** Python's `int(text, base)`; null when the text is no integer. */
export function parseIntegerText(text: string, base: bigint): bigint | null {
  const found = /^([+-]?)(0[xX]|0[oO]|0[bB])?([\dA-Za-z](?:_?[\dA-Za-z])*)$/u.exec(text.trim());
  if (found === null) return null;
  const [, sign, prefix = '', body = ''] = found;
  const prefixBase = { '': null, '0x': 16n, '0o': 8n, '0b': 2n }[prefix.toLowerCase()] ?? null;
  const effective = base === 0n ? (prefixBase ?? 10n) : base;
  const digits = (prefixBase === effective ? '' : prefix) + body;
  let value = 0n;
  for (const char of digits.replaceAll('_', '')) {
    const digit = parseInt(char, 36);
    if (Number.isNaN(digit) || BigInt(digit) >= effective) return null;
    value = value * effective + BigInt(digit);
  }
  return sign === '-' ? -value : value;
}

function exponentText(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Exact, because a double is a fraction whose denominator is a power of two. */
function exactFixed(value: number, digits: number): string {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  const numerator = BigInt(scaled) * 10n ** BigInt(digits);
  let quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  const text = quotient.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
