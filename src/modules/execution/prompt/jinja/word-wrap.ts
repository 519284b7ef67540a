import { charactersOf, lengthOf } from './text.js';

export interface WrapOptions {
  readonly width: number;
  readonly breaksLongWords: boolean;
  readonly breaksOnHyphens: boolean;
}

const blanks = '\\t\\n\\v\\f\\r ';
const letter = '[^\\P{L}]';
const punctuation = '[\\p{L}\\p{N}_!"\'&.,?]';
const chunk = new RegExp(
  `(?:[${blanks}]+|(?<=${punctuation})-{2,}(?=[\\p{L}\\p{N}_])|[^${blanks}]+?(?:` +
    `-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})` +
    `|(?=[${blanks}]|$)|(?<=${punctuation})(?=-{2,}[\\p{L}\\p{N}_])))`,
  'gu',
);
const plainChunk = new RegExp(`[${blanks}]+|[^${blanks}]+`, 'gu');

/** One line in pieces of at most that many characters, as Python's `textwrap.wrap` cuts it. */
export function wordWrapped(line: string, options: WrapOptions): readonly string[] {
  const chunks = (line.match(options.breaksOnHyphens ? chunk : plainChunk) ?? []).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlank(chunks.at(-1))) chunks.pop();
    const current: string[] = [];
    let size = 0;
    for (
      let next = chunks.at(-1);
      next !== undefined && size + lengthOf(next) <= options.width;
      next = chunks.at(-1)
    ) {
      current.push(next);
      size += lengthOf(next);
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long !== undefined && lengthOf(long) > options.width) {
      takeLong(chunks, long, current, size, options);
    }
    if (isBlank(current.at(-1))) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function takeLong(
  chunks: string[],
  long: string,
  current: string[],
  size: number,
  options: WrapOptions,
): void {
  if (!options.breaksLongWords) {
    if (current.length > 0) return;
    chunks.pop();
    current.push(long);
    return;
  }
  const room = options.width < 1 ? 1 : options.width - size;
  const chars = charactersOf(long);
  let end = room;
  if (options.breaksOnHyphens && chars.length > room) {
    const hyphen = chars.slice(0, room).lastIndexOf('-');
    if (hyphen > 0 && chars.slice(0, hyphen).some((char) => char !== '-')) end = hyphen + 1;
  }
  current.push(chars.slice(0, end).join(''));
  chunks[chunks.length - 1] = chars.slice(end).join('');
}

function isBlank(text: string | undefined): boolean {
  return text?.trim() === '';
}
