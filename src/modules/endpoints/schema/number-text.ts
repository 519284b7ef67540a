import { exactInteger } from '../../../common/domain/json.js';

const integerText = /^\s*([-+]?)(\d+(?:_\d+)*)(?:\.0*)?\s*$/;
const numberText =
  /^\s*[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?\s*$/;
const infinityText = /^\s*([-+]?)inf(?:inity)?\s*$/i;
const nanText = /^\s*[-+]?nan\s*$/i;

/** Longer integers cost quadratic time and no database holds them. */
const mostDigits = 4300;

/** `5`, ` 12 `, `1_000`, `1.0`: the integer with all its digits; null for any other text. */
export function integerOfText(text: string): number | bigint | 'too long' | null {
  const match = integerText.exec(text);
  if (match === null) return null;
  const digits = (match[2] ?? '').replaceAll('_', '');
  if (digits.length < 16) return Number((match[1] === '-' ? '-' : '') + digits);
  if (digits.length > mostDigits) return 'too long';
  const magnitude = BigInt(digits);
  return exactInteger(match[1] === '-' ? -magnitude : magnitude);
}

/** `2.5`, `25e-1`, `.5`, `inf`, `NaN` in any case; null for any other text. */
export function numberOfText(text: string): number | null {
  if (numberText.test(text)) return Number(text.replaceAll('_', ''));
  const infinity = infinityText.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
  return nanText.test(text) ? NaN : null;
}

/** True when the value is a whole number of steps, give or take what doubles cannot represent. */
export function isMultipleOf(value: number | bigint, step: number): boolean {
  if (typeof value === 'bigint') {
    const [scaled, divisor] = scaleToIntegers(value, step);
    return scaled % divisor === 0n;
  }
  const remainder = Math.abs(value % step);
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return remainder === 0;
  const tolerance = Math.abs(value) / 1e9;
  return remainder <= tolerance || Math.abs(step) - remainder <= tolerance;
}

function scaleToIntegers(value: bigint, step: number): [bigint, bigint] {
  const [digits = '', exponent = ''] = Math.abs(step).toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = fraction.length - Number(exponent);
  const mantissa = BigInt(whole + fraction);
  return shift >= 0 ? [value * 10n ** BigInt(shift), mantissa] : [value, mantissa * 10n ** BigInt(-shift)];
}
