import { Bound } from './arguments.js';
import { formatTemplate, type MemberAccess } from './brace-format.js';
import { BLANK } from './lexer.js';
import { isTrue, iteratorOrNull, itemsOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, escaped, lengthOf, textRepr } from './text.js';
import { Callable, Dict, Markup, textOf, Tuple, typeName, type CallArguments, type Value } from './values.js';
import type { Work } from './work.js';

type Method = (text: string, args: CallArguments, work: Work, access: MemberAccess) => Value;

const notSupported: ReadonlySet<string> = new Set([
  'encode',
  'translate',
  'maketrans',
  'unescape',
  'striptags',
]);
const blank = new RegExp(`^[${BLANK}]$`, 'u');
const isBlank = (char: string): boolean => blank.test(char);
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u;

/** A method of a text; undefined when Python has none of that name. Markup's methods give markup. */
export function stringMethod(
  text: string,
  name: string,
  isMarkup: boolean,
  access: MemberAccess,
): Value | undefined {
  if (notSupported.has(name)) {
    throw new TemplateError(`'str.${name}' is not supported in prompt messages`);
  }
  const method = methods.get(name);
  if (method === undefined) return undefined;
  return new Callable(name, (args, work) => {
    work.spend(1 + text.length / 64);
    const given = args.positional.length + args.named.size;
    if (method.length === 1 && given > 0) {
      throw new TemplateError(`str.${name}() takes no arguments (${given} given)`);
    }
    if (!isMarkup) return method(text, args, work, access);
    return asMarkup(method(text, escapedArguments(args), work, access));
  });
}

function asMarkup(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (Array.isArray(value)) return value.map(asMarkup);
  return value instanceof Tuple ? new Tuple(value.items.map(asMarkup)) : value;
}

function escapedArguments(args: CallArguments): CallArguments {
  const safe = (value: Value): Value => (typeof value === 'string' ? escaped(value).text : value);
  return {
    positional: args.positional.map(safe),
    named: new Map([...args.named].map(([name, value]) => [name, safe(value)])),
  };
}

/** Python's `str.strip`: blanks, or any of the characters given. */
export function strip(text: string, chars: string | null, side: 'left' | 'right' | 'both' = 'both'): string {
  const isStripped = chars === null ? isBlank : (char: string): boolean => chars.includes(char);
  const all = charactersOf(text);
  let start = 0;
  let end = all.length;
  // no pattern here: one that is anchored at the end takes quadratic time on long runs of blanks
  if (side !== 'right') while (start < end && isStripped(all[start] ?? '')) start += 1;
  if (side !== 'left') while (end > start && isStripped(all[end - 1] ?? '')) end -= 1;
  return start === 0 && end === all.length ? text : all.slice(start, end).join('');
}

/** Python's `str.replace`. */
export function replaceText(text: string, old: string, new_: string, count: bigint, work: Work): string {
  const parts = old === '' ? ['', ...charactersOf(text), ''] : text.split(old);
  const times = count < 0n ? parts.length - 1 : Math.min(Number(count), parts.length - 1);
  work.room(text.length + times * new_.length);
  if (times === 0) return text;
  return parts.slice(0, times).join(new_) + new_ + parts.slice(times).join(old);
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = charactersOf(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    const end = lineEnd.exec(rest);
    const stop = end === null ? rest.length : end.index + end[0].length;
    lines.push(rest.slice(0, keepEnds || end === null ? stop : end.index));
    rest = rest.slice(stop);
  }
  return lines;
}

/** Python's `str.center` and its siblings; pads on the left where it cannot be even. */
export function padded(
  text: string,
  width: bigint,
  fill: string,
  side: 'center' | 'left' | 'right',
  work: Work,
): string {
  if (lengthOf(fill) !== 1) {
    throw new TemplateError('The fill character must be exactly one character long');
  }
  const size = lengthOf(text);
  work.room(width);
  const missing = Number(width) - size;
  if (missing <= 0) return text;
  const left =
    side === 'right' ? missing : side === 'left' ? 0 : (missing >> 1) + (missing & Number(width) & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

function split(text: string, args: CallArguments, fromRight: boolean, work: Work): Value {
  const bound = new Bound('split', args, ['sep', 'maxsplit']);
  const given = bound.value('sep');
  const separator = given === undefined || given === null ? null : bound.text('sep');
  const most = bound.integer('maxsplit', -1n);
  work.spend(text.length / 8);
  if (separator === '') throw new TemplateError('empty separator');
  const limit = most < 0n ? Infinity : Number(most);
  if (separator === null) return splitBlanks(text, limit, fromRight);
  const parts = text.split(separator);
  if (parts.length - 1 <= limit) return parts;
  const cut = fromRight ? parts.length - limit : limit;
  return fromRight
    ? [parts.slice(0, cut).join(separator), ...parts.slice(cut)]
    : [...parts.slice(0, cut), parts.slice(cut).join(separator)];
}

function splitBlanks(text: string, limit: number, fromRight: boolean): Value {
  const words = [...text.matchAll(new RegExp(`[^${BLANK}]+`, 'gu'))];
  if (words.length - 1 < limit || words.length === 0) return words.map((word) => word[0]);
  if (fromRight) {
    const tail = words.slice(words.length - limit);
    const head = strip(text.slice(0, tail[0]?.index ?? text.length), null, 'right');
    return [...(head === '' ? [] : [head]), ...tail.map((word) => word[0])];
  }
  const head = words.slice(0, limit);
  const rest = words[limit];
  return [
    ...head.map((word) => word[0]),
    ...(rest === undefined ? [] : [strip(text.slice(rest.index), null, 'left')]),
  ];
}

function partition(text: string, args: CallArguments, fromRight: boolean): Value {
  const separator = new Bound('partition', args, ['sep']).text('sep');
  if (separator === '') throw new TemplateError('empty separator');
  const at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at === -1) return new Tuple(fromRight ? ['', '', text] : [text, '', '']);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

/** `find` and its siblings, by characters: the text before the hit, or null. */
function search(text: string, args: CallArguments, fromRight: boolean): bigint {
  const bound = new Bound('find', args, ['sub', 'start', 'end']);
  const part = between(text, bound);
  const wanted = bound.text('sub');
  if (part === null) return -1n;
  const at = fromRight ? part.text.lastIndexOf(wanted) : part.text.indexOf(wanted);
  return at === -1 ? -1n : BigInt(part.start + lengthOf(part.text.slice(0, at)));
}

/** The part from `start` to `end`, as searches take them; null when `start` lies beyond the text. */
function between(text: string, bound: Bound): { readonly start: number; readonly text: string } | null {
  const chars = charactersOf(text);
  const clamp = (index: bigint): number => {
    const at = index < 0n ? index + BigInt(chars.length) : index;
    return at < 0n ? 0 : Number(at);
  };
  const start = clamp(bound.integer('start', 0n));
  const end = clamp(bound.integer('end', BigInt(chars.length)));
  return start > chars.length ? null : { start, text: chars.slice(start, end).join('') };
}

function found(text: string, args: CallArguments, fromRight: boolean): bigint {
  const at = search(text, args, fromRight);
  if (at === -1n) throw new TemplateError('substring not found');
  return at;
}

function affix(text: string, args: CallArguments, name: 'startswith' | 'endswith'): boolean {
  const bound = new Bound(name, args, ['affix', 'start', 'end']);
  const given = bound.required('affix');
  const part = between(text, bound);
  if (part === null) return false;
  const options = given instanceof Tuple ? given.items : [given];
  return options.some((option) => {
    const wanted = textOf(option);
    if (wanted === null) {
      throw new TemplateError(`${name} first arg must be str or a tuple of str, not ${typeName(given)}`);
    }
    return name === 'startswith' ? part.text.startsWith(wanted) : part.text.endsWith(wanted);
  });
}

function matches(pattern: RegExp): Method {
  return (text) => pattern.test(text);
}

function stripping(side: 'left' | 'right' | 'both'): Method {
  return (text, args) => {
    const bound = new Bound('strip', args, ['chars']);
    const given = bound.value('chars');
    return strip(text, given === undefined || given === null ? null : bound.text('chars'), side);
  };
}

function padding(side: 'center' | 'left' | 'right'): Method {
  return (text, args, work) => {
    const bound = new Bound(side, args, ['width', 'fillchar']);
    bound.required('width');
    return padded(text, bound.integer('width', 0n), bound.text('fillchar', ' '), side, work);
  };
}

/** Has cased letters, and all of them are of that case. */
export function isCased(text: string, convert: (text: string) => string): boolean {
  return /[\p{Lu}\p{Ll}\p{Lt}]/u.test(text) && convert(text) === text && !/\p{Lt}/u.test(text);
}

function titled(text: string): string {
  return text.replace(/[\p{L}\p{M}]+/gu, (word) => capitalize(word));
}

function zeroFilled(text: string, args: CallArguments, work: Work): string {
  const bound = new Bound('zfill', args, ['width']);
  bound.required('width');
  const sign = /^[+-]/u.exec(text)?.[0] ?? '';
  const width = bound.integer('width', 0n) - BigInt(sign.length);
  return sign + padded(text.slice(sign.length), width, '0', 'right', work);
}

function joined(text: string, args: CallArguments, work: Work): string {
  const given = new Bound('join', args, ['iterable']).required('iterable');
  if (iteratorOrNull(given) === null) throw new TemplateError('can only join an iterable');
  const parts = itemsOf(given, work).map((item, at) => {
    const part = textOf(item);
    if (part !== null) return part;
    throw new TemplateError(`sequence item ${at}: expected str instance, ${typeName(item)} found`);
  });
  work.room(parts.reduce((sum, part) => sum + part.length + text.length, 0));
  return parts.join(text);
}

function withoutAffix(text: string, args: CallArguments, name: 'removeprefix' | 'removesuffix'): string {
  const given = new Bound(name, args, ['affix']).text('affix');
  if (given === '') return text;
  if (name === 'removeprefix') return text.startsWith(given) ? text.slice(given.length) : text;
  return text.endsWith(given) ? text.slice(0, -given.length) : text;
}

function expandedTabs(text: string, args: CallArguments, work: Work): string {
  const size = Number(new Bound('expandtabs', args, ['tabsize']).integer('tabsize', 8n));
  let column = 0;
  let expanded = '';
  for (const char of text) {
    if (char === '\t') {
      const blanks = size > 0 ? size - (column % size) : 0;
      work.room(blanks);
      expanded += ' '.repeat(blanks);
      column += blanks;
    } else {
      expanded += char;
      column = char === '\n' || char === '\r' ? 0 : column + 1;
    }
  }
  return expanded;
}

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['capitalize', (text) => capitalize(text)],
  ['casefold', (text) => text.replaceAll('ß', 'ss').toLowerCase()],
  ['center', padding('center')],
  ['ljust', padding('left')],
  ['rjust', padding('right')],
  ['zfill', zeroFilled],
  [
    'count',
    (text, args) => {
      const bound = new Bound('count', args, ['sub', 'start', 'end']);
      const part = between(text, bound)?.text;
      const wanted = bound.text('sub');
      if (part === undefined) return 0n;
      return BigInt(wanted === '' ? lengthOf(part) + 1 : part.split(wanted).length - 1);
    },
  ],
  ['startswith', (text, args) => affix(text, args, 'startswith')],
  ['endswith', (text, args) => affix(text, args, 'endswith')],
  ['expandtabs', expandedTabs],
  ['find', (text, args) => search(text, args, false)],
  ['rfind', (text, args) => search(text, args, true)],
  ['index', (text, args) => found(text, args, false)],
  ['rindex', (text, args) => found(text, args, true)],
  ['format', (text, args, work, access) => formatTemplate(text, args, access, work)],
  [
    'format_map',
    (text, args, work, access) => {
      const given = new Bound('format_map', args, ['mapping']).required('mapping');
      if (!(given instanceof Dict)) throw new TemplateError('format_map() argument must be a mapping');
      const named = new Map(given.entries().map(([key, value]) => [textOf(key) ?? '', value] as const));
      return formatTemplate(text, { positional: [], named }, access, work);
    },
  ],
  ['isalnum', matches(/^[\p{L}\p{N}]+$/u)],
  ['isalpha', matches(/^\p{L}+$/u)],
  ['isascii', (text) => charactersOf(text).every((char) => char <= '\x7f')],
  ['isdecimal', matches(/^\p{Nd}+$/u)],
  ['isdigit', matches(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u)],
  ['isnumeric', matches(/^\p{N}+$/u)],
  ['isidentifier', matches(/^[\p{ID_Start}_]\p{ID_Continue}*$/u)],
  ['isspace', matches(new RegExp(`^[${BLANK}]+$`, 'u'))],
  [
    'isprintable',
    (text) =>
      textRepr(text)
        .slice(1, -1)
        .replace(/\\(['"\\])/gu, '$1') === text,
  ],
  ['islower', (text) => isCased(text, (all) => all.toLowerCase())],
  ['isupper', (text) => isCased(text, (all) => all.toUpperCase())],
  ['istitle', (text) => /\p{L}/u.test(text) && titled(text) === text],
  ['join', joined],
  ['lower', (text) => text.toLowerCase()],
  ['upper', (text) => text.toUpperCase()],
  [
    'swapcase',
    (text) =>
      charactersOf(text)
        .map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()))
        .join(''),
  ],
  ['title', (text) => titled(text)],
  ['partition', (text, args) => partition(text, args, false)],
  ['rpartition', (text, args) => partition(text, args, true)],
  ['removeprefix', (text, args) => withoutAffix(text, args, 'removeprefix')],
  ['removesuffix', (text, args) => withoutAffix(text, args, 'removesuffix')],
  [
    'replace',
    (text, args, work) => {
      const bound = new Bound('replace', args, ['old', 'new', 'count']);
      return replaceText(text, bound.text('old'), bound.text('new'), bound.integer('count', -1n), work);
    },
  ],
  ['split', (text, args, work) => split(text, args, false, work)],
  ['rsplit', (text, args, work) => split(text, args, true, work)],
  [
    'splitlines',
    (text, args) => {
      const keep = new Bound('splitlines', args, ['keepends']).value('keepends');
      return splitLines(text, keep !== undefined && isTrue(keep));
    },
  ],
  ['strip', stripping('both')],
  ['lstrip', stripping('left')],
  ['rstrip', stripping('right')],
]);
