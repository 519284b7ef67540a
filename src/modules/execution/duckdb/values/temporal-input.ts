import type { StringFormat } from '../../../../common/domain/type-node.js';

/** The DuckDB types that a text with a format is bound as. */
export type TemporalKind = 'date' | 'time' | 'timestamp' | 'timestamptz';

const DAY_MS = 86_400_000;
const datePart = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const timePart = String.raw`(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?`;
const datePattern = new RegExp(`^${datePart}$`);
const timePattern = new RegExp(`^${timePart}$`);
const momentPattern = new RegExp(String.raw`^${datePart}T${timePart}(?:([-+])(\d\d):(\d\d)(?::(\d\d))?)?$`);

/** What a text of the format is bound as; null for formats that stay text. */
export function temporalKind(format: StringFormat | undefined, text: string): TemporalKind | null {
  if (format === 'date' || format === 'time') return format;
  if (format !== 'date-time' && format !== 'timestamp') return null;
  return momentPattern.exec(text)?.[8] === undefined ? 'timestamp' : 'timestamptz';
}

/** Whether the text is canonical; one that was never validated may be anything, and is bound as it is. */
export function isTemporalText(kind: TemporalKind, text: string): boolean {
  if (kind === 'date') return datePattern.test(text);
  return kind === 'time' ? timePattern.test(text) : momentPattern.test(text);
}

/** Days since 1970-01-01 of `2024-01-31`. */
export function daysOf(text: string): number {
  const [, year, month, day] = datePattern.exec(text) ?? [];
  return daysFrom(year, month, day);
}

/** Microseconds since midnight of `10:05:00.5`. */
export function timeMicrosOf(text: string): bigint {
  const [, hour, minute, second, fraction] = timePattern.exec(text) ?? [];
  return clockMicros(hour, minute, second, fraction);
}

/** Microseconds since 1970 of `2024-01-31T10:05:00+02:00`; UTC with an offset, as the clock shows without. */
export function momentMicrosOf(text: string): bigint {
  const [, year, month, day, hour, minute, second, fraction, sign, ...offset] =
    momentPattern.exec(text) ?? [];
  const local =
    BigInt(daysFrom(year, month, day)) * 86_400_000_000n + clockMicros(hour, minute, second, fraction);
  const east = clockMicros(offset[0], offset[1], offset[2], undefined);
  return sign === '-' ? local + east : local - east;
}

type Digits = string | undefined;

function daysFrom(year: Digits, month: Digits, day: Digits): number {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getTime() / DAY_MS;
}

function clockMicros(hour: Digits, minute: Digits, second: Digits, fraction: Digits): bigint {
  const seconds = Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0);
  return BigInt(seconds) * 1_000_000n + BigInt((fraction ?? '').padEnd(6, '0'));
}
