export interface DecimalShape {
  /** Digits in all, at most 38. */
  readonly width: number;
  /** Digits behind the point. */
  readonly scale: number;
}

const pattern = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,4}))?$/;
const MOST_DIGITS = 38;

/**
 * `-12.50` or `1E+3` as a scaled integer, in the narrowest DECIMAL that keeps every digit; null when there is
 * none (`NaN`, or more than 38 digits).
 */
export function decimalOf(text: string): (DecimalShape & { readonly value: bigint }) | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = pattern.exec(text) ?? [];
  if (whole + fraction === '') return null;
  const shift = Number(exponent) - fraction.length;
  const scale = Math.max(0, -shift);
  const digits = (whole + fraction + '0'.repeat(Math.max(0, shift))).replace(/^0+/, '');
  const width = Math.max(digits.length, scale, 1);
  if (width > MOST_DIGITS) return null;
  const value = BigInt(digits === '' ? 0 : digits);
  return { width, scale, value: sign === '-' ? -value : value };
}

/** The scaled integer of a text or integer in a wider DECIMAL. */
export function scaledTo(text: string, scale: number): bigint {
  const decimal = decimalOf(text);
  return decimal === null ? 0n : decimal.value * 10n ** BigInt(Math.max(0, scale - decimal.scale));
}
