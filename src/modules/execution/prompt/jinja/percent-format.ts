import { exponential, fixed, floatArgument, general } from './number-format.js';
import { numberOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, lengthOf, toRepr, toText } from './text.js';
import { Dict, textOf, Tuple, typeName, Undefined, type Value } from './values.js';
import type { Work } from './work.js';

const directive =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\*|\d*)(?:\.(?<precision>\*|\d*))?[hlL]?(?<type>[\s\S]|$)/gu;

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
}

/**
 * Python's `format % values`.
 * @throws TemplateError as Python words it
 */
export function percentFormat(format: string, values: Value, work: Work): string {
  const source = new ArgumentSource(values);
  const text = format.replace(directive, (...found: unknown[]) => {
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    const type = groups['type'] ?? '';
    if (type === '') throw new TemplateError('incomplete format');
    if (groups['key'] !== undefined) source.select(groups['key']);
    const width = groups['width'] === '*' ? source.number() : Number(groups['width'] ?? 0);
    const precision = groups['precision'] === '*' ? source.number() : groups['precision'];
    work.room(Math.abs(width) + Number(precision ?? 0));
    if (type === '%') return '%';
    const spec = {
      flags: (groups['flags'] ?? '') + (width < 0 ? '-' : ''),
      width: Math.abs(width),
      precision: precision === undefined ? null : Number(precision),
      type,
    };
    return padded(converted(spec, source.next()), spec);
  });
  source.finish();
  work.room(text.length);
  return text;
}

/** Where directives take their values: one after the other, or from a dict by key. */
class ArgumentSource {
  #at = 0;
  #selected: Value | undefined;
  #usesKeys = false;
  readonly #items: readonly Value[];

  constructor(private readonly values: Value) {
    this.#items = values instanceof Tuple ? values.items : [values];
  }

  select(key: string): void {
    if (!(this.values instanceof Dict)) throw new TemplateError('format requires a mapping');
    this.#usesKeys = true;
    this.#selected = this.values.get(key);
    if (this.#selected === undefined) throw new TemplateError(toRepr(key));
  }

  next(): Value {
    if (this.#selected !== undefined) {
      const selected = this.#selected;
      this.#selected = undefined;
      return selected;
    }
    const value = this.#items[this.#at];
    if (value === undefined) throw new TemplateError('not enough arguments for format string');
    this.#at += 1;
    return value;
  }

  number(): number {
    const value = this.next();
    if (typeof value !== 'bigint') throw new TemplateError('* wants int');
    return Number(value);
  }

  finish(): void {
    if (this.#usesKeys || this.values instanceof Dict || this.#at >= this.#items.length) return;
    if (!(this.values instanceof Tuple) && (Array.isArray(this.values) || this.values instanceof Undefined))
      return;
    throw new TemplateError('not all arguments converted during string formatting');
  }
}

function converted(spec: Spec, value: Value): string {
  const { type } = spec;
  if (type === 's' || type === 'r' || type === 'a') {
    if (type === 'a') throw new TemplateError('%a is not supported in prompt messages');
    const text = type === 's' ? toText(value) : toRepr(value);
    return spec.precision === null ? text : charactersOf(text).slice(0, spec.precision).join('');
  }
  if (type === 'c') return character(value);
  if ('diu'.includes(type)) return signed(integerText(value, 10n, spec), spec);
  if ('oxX'.includes(type)) return signed(integerText(value, type === 'o' ? 8n : 16n, spec), spec);
  if ('eEfFgG'.includes(type)) return signed(floatText(floatArgument(value), spec), spec);
  throw new TemplateError(
    `unsupported format character '${type}' (0x${type.codePointAt(0)?.toString(16) ?? ''})`,
  );
}

function character(value: Value): string {
  const text = textOf(value);
  if (text !== null && lengthOf(text) === 1) return text;
  if (typeof value === 'bigint' && value >= 0n && value < 0x110000n)
    return String.fromCodePoint(Number(value));
  throw new TemplateError('%c requires int or char');
}

function integerText(value: Value, base: bigint, spec: Spec): string {
  const number = numberOf(value);
  if (number === null || (typeof number === 'number' && base !== 10n)) {
    if (value instanceof Undefined) value.fail();
    const wanted = base === 10n ? 'a real number' : 'an integer';
    throw new TemplateError(`%${spec.type} format: ${wanted} is required, not ${typeName(value)}`);
  }
  const integer = typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  const digits = (integer < 0n ? -integer : integer)
    .toString(Number(base))
    .padStart(spec.precision ?? 0, '0');
  const prefix = spec.flags.includes('#') && base !== 10n ? (base === 8n ? '0o' : '0x') : '';
  const text = prefix + digits;
  return (integer < 0n ? '-' : '') + (spec.type === 'X' ? text.toUpperCase() : text);
}

function floatText(value: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  const lower = spec.type.toLowerCase();
  const text =
    lower === 'f'
      ? fixed(value, precision)
      : lower === 'e'
        ? exponential(value, precision)
        : general(value, precision, spec.flags.includes('#'));
  return spec.type === lower ? text : text.toUpperCase();
}

function signed(text: string, spec: Spec): string {
  const isNegative = text.startsWith('-');
  const sign = isNegative ? '-' : spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '';
  const digits = isNegative ? text.slice(1) : text;
  if (!spec.flags.includes('0') || spec.flags.includes('-') || /[a-z]{3}/iu.test(digits))
    return sign + digits;
  const prefix = /^0[xXoO]/u.exec(digits)?.[0] ?? '';
  return sign + prefix + digits.slice(prefix.length).padStart(spec.width - sign.length - prefix.length, '0');
}

function padded(text: string, spec: Spec): string {
  const missing = Math.max(0, spec.width - lengthOf(text));
  return spec.flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}
