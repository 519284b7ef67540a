import { Temporal } from './temporal.js';
import { TemplateError } from './template-errors.js';
import {
  Callable,
  Dict,
  DictView,
  Generator,
  Markup,
  Namespace,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';

const DEEPEST = 100;
/** Without the flag `u`, so that each half of a pair is found. */
const surrogate = /[\ud800-\udfff]/;
const unprintable = /[\p{C}\p{Z}]/u;

/** Python's `str(value)`. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) return '';
  if (value instanceof Temporal) return value.toText();
  return toRepr(value);
}

/**
 * Python's `repr(value)`.
 * @throws TemplateError for objects whose text is an address, and for too deep nesting
 */
export function toRepr(value: Value, depth = 0): string {
  if (depth > DEEPEST)
    throw new TemplateError('maximum recursion depth exceeded while getting the repr of an object');
  const inner = (item: Value): string => toRepr(item, depth + 1);
  if (value === null) return 'None';
  if (typeof value === 'string') return textRepr(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (value instanceof Tuple) return tupleText(value.items.map(inner));
  if (value instanceof Dict) {
    return `{${value
      .entries()
      .map(([key, item]) => `${inner(key)}: ${inner(item)}`)
      .join(', ')}}`;
  }
  if (value instanceof Markup) return `Markup(${textRepr(value.text)})`;
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Temporal) return value.toRepr();
  if (value instanceof DictView) return `${value.typeName}([${value.read().map(inner).join(', ')}])`;
  if (value instanceof Range) return rangeText(value);
  if (value instanceof Namespace) return `<Namespace ${inner(Dict.of(value.members))}>`;
  if (value instanceof Callable && value.typeName === 'Macro') return `<Macro ${textRepr(value.name)}>`;
  if (value instanceof Generator) {
    throw new TemplateError(
      'a lazy sequence has no text of its own; make it a list with |list or |join first',
    );
  }
  throw new TemplateError(`a '${typeName(value)}' object has no text of its own`);
}

/** Python's `repr` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain =
    Math.abs(exponent) < 7 ? String(value) : value.toFixed(Math.max(0, digitsAfterPoint(mantissa, exponent)));
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** The characters of a text as Python counts them. */
export function charactersOf(text: string): readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

export function lengthOf(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** Text with `& < > " '` as HTML entities. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('>', '&gt;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
}

/** A value as markup, escaped unless it is markup already. */
export function escaped(value: Value): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(toText(value)));
}

export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = '';
  for (const char of text) {
    if (char === quote || char === '\\') shown += `\\${char}`;
    else if (char === '\n') shown += '\\n';
    else if (char === '\r') shown += '\\r';
    else if (char === '\t') shown += '\\t';
    else if (char !== ' ' && unprintable.test(char)) shown += codeEscape(char.codePointAt(0) ?? 0);
    else shown += char;
  }
  return quote + shown + quote;
}

function codeEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function digitsAfterPoint(mantissa: string, exponent: number): number {
  return (mantissa.split('.')[1] ?? '').length - exponent;
}

function tupleText(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0] ?? ''},)` : `(${items.join(', ')})`;
}

function rangeText(range: Range): string {
  const step = range.step === 1n ? '' : `, ${range.step}`;
  return `range(${range.start}, ${range.stop}${step})`;
}
