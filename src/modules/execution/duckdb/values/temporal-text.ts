const SECOND_MICROS = 1_000_000n;
const DAY_SECONDS = 86_400;
const DAY_MICROS = 86_400n * SECOND_MICROS;

const ticksPerSecond = { 0: 1n, 3: 1000n, 6: SECOND_MICROS, 9: 1_000_000_000n } as const;

/** DuckDB's `infinity` and `-infinity` of DATE. */
const INFINITE_DAYS = 2_147_483_647;
/** DuckDB's `infinity` and `-infinity` of every TIMESTAMP. */
const INFINITE_TICKS = 9_223_372_036_854_775_807n;

/** `2024-01-31`; null for an infinite date. @param days since 1970-01-01 */
export function dateText(days: number): string | null {
  return isInfiniteDay(days) ? null : dayText(days);
}

/** `03:04:05`, with a fraction only when there is one. @param ticks since midnight, @param digits of a second's fraction */
export function timeText(ticks: bigint, digits: 6 | 9 = 6): string {
  const perSecond = ticksPerSecond[digits];
  return clockText(Number(ticks / perSecond)) + fractionText(ticks % perSecond, digits);
}

/** `01:02:03+02:00`. */
export function timeTzText(micros: bigint, offsetSeconds: number): string {
  return timeText(micros) + offsetText(offsetSeconds);
}

/** `2024-01-02T03:04:05.678000`; null for an infinite one. @param ticks since 1970 in 10^-digits seconds */
export function timestampText(ticks: bigint, digits: 0 | 3 | 6 | 9): string | null {
  if (isInfiniteMoment(ticks)) return null;
  const perSecond = ticksPerSecond[digits];
  const seconds = floorDivide(ticks, perSecond);
  const rest = ticks - seconds * perSecond;
  // milliseconds are written with six digits too (endpoints.md §2.8)
  return momentText(seconds) + (digits === 3 ? fractionText(rest * 1000n, 6) : fractionText(rest, digits));
}

/** As `timestampText`, in a zone: `2024-01-02T01:04:05+00:00`. @param offsetAt seconds east of UTC at a moment */
export function timestampTzText(micros: bigint, offsetAt: (seconds: number) => number): string | null {
  if (isInfiniteMoment(micros)) return null;
  const offset = offsetAt(Number(floorDivide(micros, SECOND_MICROS)));
  const local = timestampText(micros + BigInt(offset) * SECOND_MICROS, 6);
  return local === null ? null : local + offsetText(offset);
}

/** `P32DT3H0M0.5S`: a month counts 30 days, and only the days carry a sign. */
export function intervalText(months: number, days: number, micros: bigint): string {
  const total = BigInt(months * 30 + days) * DAY_MICROS + micros;
  const wholeDays = floorDivide(total, DAY_MICROS);
  const rest = total - wholeDays * DAY_MICROS;
  const seconds = Number(rest / SECOND_MICROS);
  const fraction = fractionText(rest % SECOND_MICROS, 6).replace(/0+$/, '');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `P${wholeDays}DT${hours}H${minutes}M${seconds % 60}${fraction}S`;
}

/** Whether a DATE is `infinity` or `-infinity`. */
export function isInfiniteDay(days: number): boolean {
  return Math.abs(days) === INFINITE_DAYS;
}

/** Whether a TIMESTAMP of any precision is `infinity` or `-infinity`. */
export function isInfiniteMoment(ticks: bigint): boolean {
  return ticks === INFINITE_TICKS || ticks === -INFINITE_TICKS;
}

function momentText(seconds: bigint): string {
  const whole = Number(seconds);
  const days = Math.floor(whole / DAY_SECONDS);
  return `${dayText(days)}T${clockText(whole - days * DAY_SECONDS)}`;
}

/** Counts the calendar itself, because DuckDB's reaches further than that of `Date`. */
function dayText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const sign = year < 0 ? '-' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function clockText(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function fractionText(fraction: bigint, digits: number): string {
  return fraction === 0n ? '' : `.${String(fraction).padStart(digits, '0')}`;
}

function offsetText(offsetSeconds: number): string {
  const absolute = Math.abs(offsetSeconds);
  const seconds = absolute % 60 === 0 ? '' : `:${two(absolute % 60)}`;
  const sign = offsetSeconds < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(absolute / 3600))}:${two(Math.floor(absolute / 60) % 60)}${seconds}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}
