import { TemplateError } from './template-errors.js';
import {
  type Attributed,
  Callable,
  PyObject,
  type CallArguments,
  type Hashable,
  type Value,
} from './values.js';

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const pattern =
  /^(?:(\d{4})-(\d{2})-(\d{2}))?(?:[T ]?(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?$/u;

/** A date, a time or a datetime, from its canonical text. */
export class Temporal extends PyObject implements Attributed, Hashable {
  private constructor(
    readonly typeName: 'date' | 'time' | 'datetime',
    private readonly fields: Readonly<Record<FieldName, number>>,
    /** Minutes east of UTC; null without a zone. */
    private readonly offset: number | null,
  ) {
    super();
  }

  /** The value of an ISO 8601 text; null when the text is none. */
  static parse(text: string): Temporal | null {
    const found = pattern.exec(text);
    if (found === null || text === '') return null;
    const [, year, month, day, hour, minute, second, fraction, zone] = found;
    const hasDate = year !== undefined;
    const hasTime = hour !== undefined;
    if (!hasDate && !hasTime) return null;
    const fields = {
      year: Number(year ?? 0),
      month: Number(month ?? 0),
      day: Number(day ?? 0),
      hour: Number(hour ?? 0),
      minute: Number(minute ?? 0),
      second: Number(second ?? 0),
      microsecond: Number((fraction ?? '').padEnd(6, '0')),
    };
    const type = hasDate ? (hasTime ? 'datetime' : 'date') : 'time';
    return new Temporal(type, fields, zone === undefined ? null : offsetOf(zone));
  }

  toText(): string {
    return this.iso(' ');
  }

  toRepr(): string {
    const { year, month, day, hour, minute, second, microsecond } = this.fields;
    const parts = this.typeName === 'time' ? [] : [year, month, day];
    if (this.typeName !== 'date') {
      parts.push(hour, minute);
      if (second > 0 || microsecond > 0) parts.push(second);
      if (microsecond > 0) parts.push(microsecond);
    }
    const zone = this.offset === null ? '' : `, tzinfo=${zoneRepr(this.offset)}`;
    return `datetime.${this.typeName}(${parts.join(', ')}${zone})`;
  }

  hash(): string {
    return `d${this.typeName}${this.key(this)}`;
  }

  /** Orders two of the same type; null where Python refuses to. */
  compare(other: Temporal): number | null {
    if (other.typeName !== this.typeName || (other.offset === null) !== (this.offset === null)) return null;
    const [left, right] = [this.key(this), this.key(other)];
    return left < right ? -1 : Number(left > right);
  }

  /** Why Python does not order the two. */
  incomparable(other: Temporal): string {
    if (other.typeName === this.typeName)
      return `can't compare offset-naive and offset-aware ${this.typeName}s`;
    const [first, second] = this.typeName === 'datetime' ? [this, other] : [other, this];
    return `can't compare datetime.${first.typeName} to datetime.${second.typeName}`;
  }

  attribute(name: string): Value | undefined {
    if (isField(name) && this.hasField(name)) return BigInt(this.fields[name]);
    const method = this.method(name);
    return method === null ? undefined : new Callable(name, method);
  }

  private method(name: string): ((args: CallArguments) => Value) | null {
    const isDated = this.typeName !== 'time';
    if (name === 'isoformat') return (args) => this.iso(separatorOf(args));
    if (name === 'strftime') return (args) => this.format(formatOf(args));
    if (isDated && name === 'weekday') return () => BigInt(this.weekday());
    if (isDated && name === 'isoweekday') return () => BigInt(this.weekday() + 1);
    if (this.typeName !== 'datetime') return null;
    if (name === 'date') return () => new Temporal('date', this.fields, null);
    return name === 'time' ? () => new Temporal('time', this.fields, null) : null;
  }

  private hasField(name: FieldName): boolean {
    const isDateField = name === 'year' || name === 'month' || name === 'day';
    return isDateField ? this.typeName !== 'time' : this.typeName !== 'date';
  }

  private iso(separator: string): string {
    const { year, month, day, hour, minute, second, microsecond } = this.fields;
    const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
    if (this.typeName === 'date') return date;
    const fraction = microsecond === 0 ? '' : `.${pad(microsecond, 6)}`;
    const zone = this.offset === null ? '' : offsetText(this.offset, ':');
    const time = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${zone}`;
    return this.typeName === 'time' ? time : `${date}${separator}${time}`;
  }

  private key(of: Temporal): number {
    const { year, month, day, hour, minute, second, microsecond } = of.fields;
    const days = of.typeName === 'time' ? 0 : dayNumber(year, month, day);
    const minutes = days * 1440 + hour * 60 + minute - (of.offset ?? 0);
    // a double keeps microseconds of any four-digit year exact
    return (minutes * 60 + second) * 1_000_000 + microsecond;
  }

  private weekday(): number {
    const { year, month, day } = this.fields;
    return (((dayNumber(year, month, day) + 3) % 7) + 7) % 7;
  }

  private format(format: string): string {
    return format.replace(/%([\s\S])/gu, (_all, code: string) => {
      const text = this.directive(code);
      if (text === null) throw new TemplateError(`strftime directive %${code} is not supported`);
      return text;
    });
  }

  private directive(code: string): string | null {
    const fields = this.typeName === 'time' ? { ...this.fields, year: 1900, month: 1, day: 1 } : this.fields;
    const { year, month, day, hour, minute, second, microsecond } = fields;
    const weekday = (((dayNumber(year, month, day) + 3) % 7) + 7) % 7;
    const directives: Readonly<Record<string, string>> = {
      Y: String(year),
      y: pad(year % 100),
      m: pad(month),
      d: pad(day),
      H: pad(hour),
      I: pad(hour % 12 === 0 ? 12 : hour % 12),
      M: pad(minute),
      S: pad(second),
      f: pad(microsecond, 6),
      p: hour < 12 ? 'AM' : 'PM',
      A: dayNames[weekday] ?? '',
      a: (dayNames[weekday] ?? '').slice(0, 3),
      B: monthNames[month - 1] ?? '',
      b: (monthNames[month - 1] ?? '').slice(0, 3),
      j: pad(dayNumber(year, month, day) - dayNumber(year, 1, 1) + 1, 3),
      u: String(weekday + 1),
      w: String((weekday + 1) % 7),
      z: this.offset === null ? '' : offsetText(this.offset, ''),
      F: `${year}-${pad(month)}-${pad(day)}`,
      T: `${pad(hour)}:${pad(minute)}:${pad(second)}`,
      '%': '%',
    };
    return directives[code] ?? null;
  }
}

type FieldName = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'microsecond';

function isField(name: string): name is FieldName {
  return ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'].includes(name);
}

/** Days since 1970-01-01. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(/\D/gu, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return zone.startsWith('-') ? -minutes : minutes;
}

function offsetText(offset: number, separator: string): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60))}${separator}${pad(minutes % 60)}`;
}

function zoneRepr(offset: number): string {
  if (offset === 0) return 'datetime.timezone.utc';
  const seconds = (((offset * 60) % 86_400) + 86_400) % 86_400;
  const days = offset < 0 ? 'days=-1, ' : '';
  return `datetime.timezone(datetime.timedelta(${days}seconds=${seconds}))`;
}

function separatorOf(args: CallArguments): string {
  const given = args.positional[0] ?? args.named.get('sep') ?? 'T';
  if (typeof given !== 'string')
    throw new TemplateError('isoformat() argument 1 must be a unicode character');
  return given;
}

function formatOf(args: CallArguments): string {
  const given = args.positional[0] ?? args.named.get('format');
  if (typeof given !== 'string') throw new TemplateError('strftime() argument 1 must be str');
  return given;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
