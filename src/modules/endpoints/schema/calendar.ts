/** A text read as a date or time: its canonical form, or why it is none. */
export type Reading = { readonly text: string } | { readonly reason: string };

/** Why a year, month and day are no date; null when they are one. */
export function dateFault(year: number, month: number, day: number): string | null {
  if (year < 1) return `year ${year} is out of range`;
  if (month < 1 || month > 12) return 'month must be in 1..12';
  return day < 1 || day > daysInMonth(year, month) ? 'day is out of range for month' : null;
}

/** Why an hour, minute and second are no time of day; null when they are one. */
export function timeFault(hour: number, minute: number, second: number): string | null {
  if (hour > 23) return 'hour must be in 0..23';
  if (minute > 59) return 'minute must be in 0..59';
  return second > 59 ? 'second must be in 0..59' : null;
}

/** `2024-01-31`. */
export function dateText(year: number, month: number, day: number): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** `10:05:00`, with six digits of fraction unless they are zero. */
export function timeText(hour: number, minute: number, second: number, microsecond = 0): string {
  const fraction = microsecond === 0 ? '' : `.${padded(microsecond, 6)}`;
  return `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}${fraction}`;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
