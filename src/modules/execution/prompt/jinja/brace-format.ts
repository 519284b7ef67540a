import { exponential, fixed, general } from './number-format.js';
import { numberOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, floatText, lengthOf, toRepr, toText } from './text.js';
import { textOf, typeName, type CallArguments, type Value } from './values.js';
import type { Work } from './work.js';

const specPattern =
  /^(?:(?<fill>[\s\S])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[bcdeEfFgGnosxX%])?$/u;

/** How `{0.name[key]}` reads members. */
export interface MemberAccess {
  attribute(value: Value, name: string): Value | undefined;
  item(value: Value, key: Value, work: Work): Value;
}

/**
 * Python's `text.format(...)`, without nested replacement fields.
 * @throws TemplateError as Python words it
 */
export function formatTemplate(text: string, args: CallArguments, access: MemberAccess, work: Work): string {
  let automatic = 0;
  let result = '';
  let rest = text;
  while (rest !== '') {
    const at = rest.search(/[{}]/u);
    if (at === -1) break;
    result += rest.slice(0, at);
    const brace = rest.charAt(at);
    if (rest.charAt(at + 1) === brace) {
      result += brace;
      rest = rest.slice(at + 2);
      continue;
    }
    if (brace === '}') throw new TemplateError("Single '}' encountered in format string");
    const end = rest.indexOf('}', at);
    if (end === -1) throw new TemplateError("expected '}' before end of string");
    const field = rest.slice(at + 1, end);
    if (field.includes('{')) throw new TemplateError('nested replacement fields are not supported');
    const argument = (name: string): Value => argumentOf(name === '' ? String(automatic++) : name, args);
    result += formatField(field, argument, access, work);
    work.room(result.length);
    rest = rest.slice(end + 1);
  }
  return result + rest;
}

/** Python's `format(value, spec)`. */
function formatValue(value: Value, specText: string, work: Work): string {
  if (specText === '') return toText(value);
  const groups = specPattern.exec(specText)?.groups;
  if (groups === undefined) throw new TemplateError('Invalid format specifier');
  const width = Number(groups['width'] ?? 0);
  work.room(width + Number(groups['precision'] ?? 0));
  const text = textOf(value);
  const isText = text !== null;
  const number = numberOf(value);
  if (!isText && (number === null || typeof value === 'boolean')) {
    throw new TemplateError(`unsupported format string passed to ${typeName(value)}.__format__`);
  }
  const type = groups['type'];
  if (isText && type !== undefined && type !== 's') {
    throw new TemplateError(`Unknown format code '${type}' for object of type 'str'`);
  }
  const precision = groups['precision'] === undefined ? null : Number(groups['precision']);
  const body = isText
    ? charactersOf(text)
        .slice(0, precision ?? undefined)
        .join('')
    : numberText(number ?? 0n, type, precision, groups);
  const fill = groups['fill'] ?? (groups['zero'] === undefined ? ' ' : '0');
  const align = groups['align'] ?? (isText ? '<' : groups['zero'] === undefined ? '>' : '=');
  return aligned(body, width, fill, align);
}

function formatField(
  field: string,
  argument: (name: string) => Value,
  access: MemberAccess,
  work: Work,
): string {
  const found = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/u.exec(field);
  if (found === null) throw new TemplateError("expected ':' after conversion specifier");
  const [, path = '', conversion, spec = ''] = found;
  const [, first = '', members = ''] = /^([^.[]*)([\s\S]*)$/u.exec(path) ?? [];
  const value = membersOf(argument(first), members, access, work);
  if (conversion === 'a') throw new TemplateError('!a is not supported in prompt messages');
  return formatValue(
    conversion === 'r' ? toRepr(value) : conversion === 's' ? toText(value) : value,
    spec,
    work,
  );
}

function argumentOf(name: string, args: CallArguments): Value {
  const isPosition = /^\d+$/u.test(name);
  const value = isPosition ? args.positional[Number(name)] : args.named.get(name);
  if (value !== undefined) return value;
  throw new TemplateError(
    isPosition ? `Replacement index ${name} out of range for positional args tuple` : toRepr(name),
  );
}

function membersOf(value: Value, path: string, access: MemberAccess, work: Work): Value {
  let current = value;
  for (const [, name = '', key] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/gu)) {
    if (key !== undefined) {
      current = access.item(current, /^\d+$/u.test(key) ? BigInt(key) : key, work);
      continue;
    }
    const attribute = access.attribute(current, name);
    if (attribute === undefined) {
      throw new TemplateError(`'${typeName(current)}' object has no attribute '${name}'`);
    }
    current = attribute;
  }
  return current;
}

function numberText(
  number: bigint | number,
  type: string | undefined,
  precision: number | null,
  groups: Readonly<Record<string, string | undefined>>,
): string {
  if (type === 's' || type === 'c') {
    throw new TemplateError(
      `Unknown format code '${type}' for object of type '${typeof number === 'bigint' ? 'int' : 'float'}'`,
    );
  }
  const isNegative = number < 0 || Object.is(number, -0);
  const magnitude = typeof number === 'bigint' ? (number < 0n ? -number : number) : Math.abs(number);
  const digits = magnitudeText(magnitude, type, precision, groups['alternate'] !== undefined);
  const sign = isNegative ? '-' : groups['sign'] === '+' || groups['sign'] === ' ' ? groups['sign'] : '';
  return sign + grouped(digits, groups['grouping']);
}

function magnitudeText(
  value: bigint | number,
  type: string | undefined,
  precision: number | null,
  isAlternate: boolean,
): string {
  const radix = { b: 2, o: 8, x: 16, X: 16 }[type ?? ''];
  if (
    typeof value === 'bigint' &&
    (type === undefined || type === 'd' || type === 'n' || radix !== undefined)
  ) {
    if (precision !== null) throw new TemplateError('Precision not allowed in integer format specifier');
    const text = (isAlternate && radix !== undefined ? `0${type ?? ''}` : '') + value.toString(radix ?? 10);
    return type === 'X' ? text.toUpperCase() : text;
  }
  if (radix !== undefined || type === 'd') {
    throw new TemplateError(`Unknown format code '${type ?? ''}' for object of type 'float'`);
  }
  const float = Number(value);
  switch (type) {
    case undefined:
      return precision === null ? floatText(float) : pointed(general(float, precision));
    case '%':
      return `${fixed(float * 100, precision ?? 6)}%`;
    case 'e':
    case 'E':
      return cased(exponential(float, precision ?? 6), type);
    case 'f':
    case 'F':
      return cased(fixed(float, precision ?? 6), type);
    default:
      return cased(general(float, precision ?? 6), type);
  }
}

function pointed(text: string): string {
  return /^\d+$/u.test(text) ? `${text}.0` : text;
}

function cased(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

function grouped(digits: string, separator: string | undefined): string {
  if (separator === undefined) return digits;
  const [, whole = '', rest = ''] = /^(\d*)([\s\S]*)$/u.exec(digits) ?? [];
  return whole.replace(/\B(?=(\d{3})+$)/gu, separator) + rest;
}

function aligned(body: string, width: number, fill: string, align: string): string {
  const missing = Math.max(0, width - lengthOf(body));
  if (align === '<') return body + fill.repeat(missing);
  if (align === '>') return fill.repeat(missing) + body;
  if (align === '^') return fill.repeat(missing >> 1) + body + fill.repeat(missing - (missing >> 1));
  const sign = /^[-+ ]/u.exec(body)?.[0] ?? '';
  return sign + fill.repeat(missing) + body.slice(sign.length);
}
