import { dateFault, dateText, timeFault, timeText, type Reading } from './calendar.js';
import { numberOfText } from './number-text.js';
import { pythonRepr } from './python-text.js';

/*
 * The date and time formats of endpoints.md §2.3. What they accept and the texts of what they refuse
 * are those of Python's strptime, fromisoformat and fromtimestamp.
 */

const datePattern = /^(\d{4})-(1[0-2]|0[1-9]|[1-9])-(3[01]|[12]\d|0[1-9]|[1-9]| [1-9])/;
const timePattern = /^(2[0-3]|[01]\d|\d):([0-5]\d|\d):(6[01]|[0-5]\d|\d)/;
const isoPattern =
  /^(\d{4})(-?)(\d\d)\2(\d\d)(?:.(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(Z|[-+]\d\d(?::?\d\d(?::?\d\d)?)?)?)?$/su;

/** `2024-01-31`; month and day may have one digit. @param shown how messages show the text */
export function readDate(text: string, shown: string): Reading {
  const match = datePattern.exec(text);
  if (match === null) return { reason: `time data ${pythonRepr(shown)} does not match format '%Y-%m-%d'` };
  if (match[0].length < text.length) return { reason: remainder(text, shown, match[0]) };
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const fault = dateFault(year, month, day);
  return fault === null ? { text: dateText(year, month, day) } : { reason: fault };
}

/** `10:05:00`, without fraction or zone. */
export function readTime(text: string, shown: string): Reading {
  const match = timePattern.exec(text);
  if (match === null) return { reason: `time data ${pythonRepr(shown)} does not match format '%H:%M:%S'` };
  if (match[0].length < text.length) return { reason: remainder(text, shown, match[0]) };
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const fault = timeFault(hour, minute, second);
  return fault === null ? { text: timeText(hour, minute, second) } : { reason: fault };
}

/** ISO 8601: date alone or with a time, fraction and offset; `2024-01-31T10:05:00+02:00`. */
export function readDateTime(text: string, shown: string): Reading {
  const match = isoPattern.exec(text);
  if (match === null) return { reason: `Invalid isoformat string: ${pythonRepr(shown)}` };
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const [hour, minute, second] = [Number(match[5] ?? 0), Number(match[6] ?? 0), Number(match[7] ?? 0)];
  const fault = dateFault(year, month, day) ?? timeFault(hour, minute, second);
  if (fault !== null) return { reason: fault };
  const offset = offsetText(match[9]);
  if (offset === null) return { reason: `Invalid isoformat string: ${pythonRepr(shown)}` };
  const microsecond = Number((match[8] ?? '').slice(0, 6).padEnd(6, '0'));
  return { text: `${dateText(year, month, day)}T${timeText(hour, minute, second, microsecond)}${offset}` };
}

/** Unix seconds as a date and time in the server's own zone, without offset. */
export function readTimestamp(text: string, shown: string): Reading {
  const seconds = numberOfText(text);
  const local = seconds === null ? null : localDateTime(seconds);
  return local === null ? { reason: `Invalid timestamp: ${shown}` } : { text: local };
}

function localDateTime(seconds: number): string | null {
  let whole = Math.floor(seconds);
  let microsecond = Math.round((seconds - whole) * 1e6);
  if (microsecond === 1_000_000) {
    whole += 1;
    microsecond = 0;
  }
  const moment = new Date(whole * 1000);
  const year = moment.getFullYear();
  // also catches the invalid dates of NaN, infinities and far-off numbers
  if (!(year >= 1 && year <= 9999)) return null;
  const time = timeText(moment.getHours(), moment.getMinutes(), moment.getSeconds(), microsecond);
  return `${dateText(year, moment.getMonth() + 1, moment.getDate())}T${time}`;
}

/** `+02:00`, empty when there is none; null when it is no offset of less than a day. */
function offsetText(given: string | undefined): string | null {
  if (given === undefined) return '';
  if (given === 'Z') return '+00:00';
  const digits = given.replace(/\D/g, '');
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4) || '00', digits.slice(4)];
  if (timeFault(Number(hours), Number(minutes), Number(seconds)) !== null) return null;
  const rest = Number(seconds) === 0 ? '' : `:${seconds}`;
  return `${given.charAt(0)}${hours}:${minutes}${rest}`;
}

function remainder(text: string, shown: string, read: string): string {
  return `unconverted data remains: ${shown === text ? text.slice(read.length) : shown}`;
}
