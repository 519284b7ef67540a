import { Bound } from './arguments.js';
import type { Filter } from './calls.js';
import { jsonDump } from './json-dump.js';
import { attributeOf } from './members.js';
import { fixed, parseFloatText, parseIntegerText, rounded } from './number-format.js';
import { isTrue, numberOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { toRepr, toText } from './text.js';
import { Dict, Markup, objectName, textOf, typeName, Undefined, type Value } from './values.js';

const LARGEST_INTEGER_DIGITS = 4300;

const abs: Filter = (value) => {
  const number = numberOf(value);
  if (number !== null)
    return typeof number === 'bigint' ? (number < 0n ? -number : number) : Math.abs(number);
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(`bad operand type for abs(): '${typeName(value)}'`);
};

const attr: Filter = (value, args) => {
  const name = new Bound('do_attr', args, ['name']).text('name');
  return attributeOf(value, name) ?? new Undefined(`'${objectName(value)}' has no attribute ${toRepr(name)}`);
};

const defaulted: Filter = (value, args) => {
  const bound = new Bound('do_default', args, ['default_value', 'boolean']);
  const isAbsent = value instanceof Undefined || (isTrue(bound.value('boolean') ?? false) && !isTrue(value));
  return isAbsent ? (bound.value('default_value') ?? '') : value;
};

const int: Filter = (value, args) => {
  const bound = new Bound('do_int', args, ['default', 'base']);
  const otherwise = bound.value('default') ?? 0n;
  const text = textOf(value);
  if (text !== null) {
    if (text.length > LARGEST_INTEGER_DIGITS) return otherwise;
    const parsed = parseIntegerText(text, bound.integer('base', 10n)) ?? parseFloatText(text);
    if (typeof parsed === 'bigint') return parsed;
    return parsed === null || !Number.isFinite(parsed) ? otherwise : BigInt(Math.trunc(parsed));
  }
  const number = numberOf(value);
  if (typeof number === 'bigint') return number;
  if (number === null) return value instanceof Undefined ? value.fail() : otherwise;
  if (Number.isFinite(number)) return BigInt(Math.trunc(number));
  if (Number.isNaN(number)) return otherwise;
  throw new TemplateError('cannot convert float infinity to integer');
};

const float: Filter = (value, args) => {
  const otherwise = new Bound('do_float', args, ['default']).value('default') ?? 0;
  const text = textOf(value);
  if (text !== null) return parseFloatText(text) ?? otherwise;
  if (value instanceof Undefined) value.fail();
  const number = numberOf(value);
  return number === null ? otherwise : Number(number);
};

const round: Filter = (value, args, { work }) => {
  const bound = new Bound('do_round', args, ['precision', 'method']);
  const method = bound.text('method', 'common');
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw new TemplateError('method must be common, ceil or floor');
  }
  const digits = bound.integer('precision', 0n);
  work.room(digits < 0n ? -digits : digits);
  const number = numberOf(value);
  if (number === null) {
    throw new TemplateError(`type ${typeName(value)} doesn't define __round__ method`);
  }
  const precision = Number(digits);
  if (method === 'common')
    return typeof number === 'bigint' ? roundedInteger(number, precision) : rounded(number, precision);
  const scale = 10 ** precision;
  const scaled = Number(number) * scale;
  if (!Number.isFinite(scaled)) throw new TemplateError('cannot convert float to integer');
  return (method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
};

/** Python's `round(integer, digits)`, which for digits of zero and more changes nothing. */
function roundedInteger(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  const unit = 10n ** BigInt(-digits);
  const magnitude = value < 0n ? -value : value;
  let units = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  if (twice > unit || (twice === unit && units % 2n === 1n)) units += 1n;
  return (value < 0n ? -1n : 1n) * units * unit;
}

const filesizeformat: Filter = (value, args, calls) => {
  const binary = isTrue(new Bound('do_filesizeformat', args, ['binary']).value('binary') ?? false);
  const bytes = sizeOf(value, calls);
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const prefixes = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const at = prefixes.findIndex((_prefix, index) => bytes < base ** (index + 2));
  const index = at === -1 ? prefixes.length - 1 : at;
  const prefix = prefixes[index] ?? '';
  const unit = binary ? `${prefix.toUpperCase()}iB` : `${prefix}B`;
  return `${fixed((base * bytes) / base ** (index + 2), 1)} ${unit}`;
};

function sizeOf(value: Value, calls: Parameters<Filter>[2]): number {
  const text = textOf(value);
  const size = text === null ? numberOf(value) : parseFloatText(text);
  if (size !== null) return Number(size);
  calls.work.spend(1);
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(
    text === null
      ? `float() argument must be a string or a real number, not '${typeName(value)}'`
      : `could not convert string to float: ${toRepr(text)}`,
  );
}

const urlencode: Filter = (value, _args, { work }) => {
  if (value instanceof Dict) {
    work.spend(value.size);
    return value
      .entries()
      .map(([key, item]) => `${quoted(key, '')}=${quoted(item, '')}`)
      .join('&');
  }
  if (textOf(value) !== null || numberOf(value) !== null || value === null) return quoted(value, '/');
  throw new TemplateError('urlencode is supported for texts, numbers and dicts only');
};

/** Python's `urllib.parse.quote`; in query strings (`safe` empty) a blank is `+`. */
function quoted(value: Value, safe: '' | '/'): string {
  const text = encodeURIComponent(toText(value).toWellFormed()).replace(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return safe === '/' ? text.replaceAll('%2F', '/') : text.replaceAll('%20', '+');
}

const tojson: Filter = (value, args, { work }) => {
  const indent = new Bound('do_tojson', args, ['indent']).value('indent');
  return new Markup(jsonDump(value, indent ?? null, work));
};

/** Jinja2's filters of numbers and of values of any type. */
export const valueFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['abs', abs],
  ['attr', attr],
  ['d', defaulted],
  ['default', defaulted],
  ['filesizeformat', filesizeformat],
  ['float', float],
  ['int', int],
  ['round', round],
  ['tojson', tojson],
  ['urlencode', urlencode],
]);
