import { Bound } from './arguments.js';
import type { Filter } from './calls.js';
import { BLANK } from './lexer.js';
import { percentFormat } from './percent-format.js';
import { isTrue, length, numberOf } from './operators.js';
import { capitalize, padded, replaceText, splitLines, strip } from './string-methods.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, escaped, lengthOf, textRepr, toText } from './text.js';
import { wordWrapped } from './word-wrap.js';
import { Dict, Markup, textOf, Tuple, typeName, Undefined, type Value } from './values.js';

/** Cutting a word takes time by the square of its length. */
const LONGEST_WORD = 5000;

/** A filter from text to text; markup stays markup. */
function onText(convert: (text: string) => string): Filter {
  return (value) => like(value, convert(toText(value)));
}

/** As markup, when the value was. */
function like(value: Value, text: string): Value {
  return value instanceof Markup ? new Markup(text) : text;
}

function requiredText(value: Value, name: string): string {
  const text = textOf(value);
  if (text !== null) return text;
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(`${name} is supported for texts only, not for '${typeName(value)}'`);
}

const center: Filter = (value, args, { work }) => {
  const width = new Bound('do_center', args, ['width']).integer('width', 80n);
  return like(value, padded(toText(value), width, ' ', 'center', work));
};

const format: Filter = (value, args, { work }) => {
  if (args.positional.length > 0 && args.named.size > 0) {
    throw new TemplateError("can't handle positional and keyword arguments at the same time");
  }
  if (value instanceof Markup) throw new TemplateError('format is not supported for markup');
  const values = args.named.size > 0 ? Dict.of(args.named) : new Tuple(args.positional);
  return percentFormat(toText(value), values, work);
};

const indent: Filter = (value, args, { work }) => {
  const bound = new Bound('do_indent', args, ['width', 'first', 'blank']);
  const width = bound.value('width') ?? 4n;
  const count = numberOf(width);
  if (typeof count === 'bigint') work.room(count);
  const unit =
    typeof count === 'bigint' ? ' '.repeat(Math.max(0, Number(count))) : requiredText(width, 'indent');
  const lines = splitLines(`${requiredText(value, 'indent')}\n`);
  work.room(lines.length * unit.length);
  const indentsBlank = isTrue(bound.value('blank') ?? false);
  const [head = '', ...rest] = lines;
  const indented = rest.map((line) => (line === '' && !indentsBlank ? line : unit + line));
  const text = [head, ...indented].join('\n');
  return like(value, (isTrue(bound.value('first') ?? false) ? unit : '') + text);
};

const replace: Filter = (value, args, { work }) => {
  const bound = new Bound('do_replace', args, ['old', 'new', 'count']);
  const count = bound.value('count');
  const times = count === undefined || count === null ? -1n : bound.integer('count', -1n);
  return replaceText(
    toText(value),
    toText(bound.required('old')),
    toText(bound.required('new')),
    times,
    work,
  );
};

const striptags: Filter = (value) => {
  const text = without(without(toText(value), '<!--', '-->'), '<', '>');
  const plain = strip(text, null)
    .split(new RegExp(`[${BLANK}]+`, 'u'))
    .join(' ');
  return unescaped(plain);
};

/** Text without the parts between two marks; an opening mark that nothing closes stays. */
function without(text: string, open: string, close: string): string {
  let kept = '';
  let at = 0;
  for (let start = text.indexOf(open); start !== -1; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start);
    if (end === -1) break;
    kept += text.slice(at, start);
    at = end + close.length;
  }
  return kept + text.slice(at);
}

/** The entities that escaping makes; others are refused, because Python would know two thousand of them. */
function unescaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    '#34': '"',
  };
  return text.replace(/&(#?\w+);?/gu, (all, name: string) => {
    const char = all.endsWith(';') ? entities[name] : undefined;
    if (char === undefined) throw new TemplateError('striptags does not support this HTML entity');
    return char;
  });
}

const title: Filter = (value) =>
  toText(value)
    .split(new RegExp(`([-${BLANK}({\\[<]+)`, 'u'))
    .map((word) => capitalize(word))
    .join('');

const trim: Filter = (value, args) => {
  const bound = new Bound('do_trim', args, ['chars']);
  const chars = bound.value('chars');
  return like(
    value,
    strip(toText(value), chars === undefined || chars === null ? null : bound.text('chars')),
  );
};

const truncate: Filter = (value, args) => {
  const bound = new Bound('do_truncate', args, ['length', 'killwords', 'end', 'leeway']);
  const size = Number(bound.integer('length', 255n));
  const end = bound.text('end', '...');
  const given = bound.value('leeway');
  const leeway = given === undefined || given === null ? 5 : Number(bound.integer('leeway', 5n));
  const endSize = lengthOf(end);
  if (size < endSize) throw new TemplateError(`expected length >= ${endSize}, got ${size}`);
  if (leeway < 0) throw new TemplateError(`expected leeway >= 0, got ${leeway}`);
  if (length(value) <= size + leeway) return value;
  const cut = charactersOf(requiredText(value, 'truncate'))
    .slice(0, size - endSize)
    .join('');
  if (isTrue(bound.value('killwords') ?? false)) return like(value, cut + end);
  const blank = cut.lastIndexOf(' ');
  return like(value, (blank === -1 ? cut : cut.slice(0, blank)) + end);
};

const wordcount: Filter = (value) => BigInt(toText(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);

const wordwrap: Filter = (value, args, { work }) => {
  const bound = new Bound('do_wordwrap', args, [
    'width',
    'break_long_words',
    'wrapstring',
    'break_on_hyphens',
  ]);
  const wrapstring = bound.value('wrapstring');
  const between = wrapstring === undefined || wrapstring === null ? '\n' : bound.text('wrapstring');
  const options = {
    width: Number(bound.integer('width', 79n)),
    breaksLongWords: isTrue(bound.value('break_long_words') ?? true),
    breaksOnHyphens: isTrue(bound.value('break_on_hyphens') ?? true),
  };
  const lines = splitLines(requiredText(value, 'wordwrap'));
  if (lines.some((line) => line.split(' ').some((word) => word.length > LONGEST_WORD))) {
    throw new TemplateError(`wordwrap takes words of at most ${LONGEST_WORD} characters`);
  }
  work.spend(lines.reduce((sum, line) => sum + line.length, 0) / 4);
  return lines.map((line) => wordWrapped(line, options).join(between)).join(between);
};

const xmlattr: Filter = (value, args) => {
  const autospace = isTrue(new Bound('do_xmlattr', args, ['autospace']).value('autospace') ?? true);
  if (!(value instanceof Dict))
    throw new TemplateError(`'${typeName(value)}' object has no attribute 'items'`);
  const attributes: string[] = [];
  for (const [key, item] of value.entries()) {
    if (item === null || item instanceof Undefined) continue;
    const name = requiredText(key, 'xmlattr');
    if (/[ \t\n\r\v\f/>=]/u.test(name)) {
      throw new TemplateError(`Invalid character in attribute name: ${textRepr(name)}`);
    }
    attributes.push(`${escaped(key).text}="${escaped(item).text}"`);
  }
  return (autospace && attributes.length > 0 ? ' ' : '') + attributes.join(' ');
};

/** Jinja2's filters of texts. */
export const textFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['capitalize', onText(capitalize)],
  ['center', center],
  ['e', (value) => escaped(value)],
  ['escape', (value) => escaped(value)],
  ['forceescape', (value) => escaped(toText(value))],
  ['format', format],
  ['indent', indent],
  ['lower', onText((text) => text.toLowerCase())],
  ['replace', replace],
  ['safe', (value) => new Markup(toText(value))],
  ['string', (value) => like(value, toText(value))],
  ['striptags', striptags],
  ['title', title],
  ['trim', trim],
  ['truncate', truncate],
  ['upper', onText((text) => text.toUpperCase())],
  ['wordcount', wordcount],
  ['wordwrap', wordwrap],
  ['xmlattr', xmlattr],
]);
