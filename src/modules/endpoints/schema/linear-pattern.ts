import { RE2JS, RE2JSException } from '@bufbuild/re2';

/** A compiled `pattern`, or why it cannot be used. */
type LinearPattern =
  | { readonly ok: true; readonly test: (text: string) => boolean }
  | { readonly ok: false; readonly reason: string };

/**
 * Compiles a pattern for an unanchored search whose time grows linearly with the text, whatever the
 * pattern. Look-around and back-references cannot be had that way and are refused. `\d`, `\w` and `\s`
 * know all of Unicode, as in the reference's dialect, and `\u0041` is a character.
 */
export function compilePattern(pattern: string): LinearPattern {
  const tokens = tokensOf(pattern);
  const unsupported = tokens.find(isUnsupported);
  if (unsupported !== undefined) {
    const construct = unsupported.text.startsWith('(') ? 'Look-around' : 'Back-reference';
    const reason = `${construct} \`${unsupported.text}\` is not supported: a pattern must match in linear time (RE2 syntax)`;
    return { ok: false, reason };
  }
  try {
    const compiled = RE2JS.compile(tokens.map(unicodeAware).join(''));
    return { ok: true, test: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const detail = error.message.replace(/^error parsing regexp: /, '');
    return { ok: false, reason: `Invalid regular expression: ${detail}` };
  }
}

interface Token {
  readonly text: string;
  /** Inside `[…]`. */
  readonly inClass: boolean;
}

const outside = /\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|.)|\(\?<?[=!]|\[\^?\]?|[^]/suy;
const inside = /\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|.)|\[:\^?\w+:\]|[^]/suy;

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  let inClass = false;
  for (let index = 0; index < pattern.length;) {
    const reader: RegExp = inClass ? inside : outside;
    reader.lastIndex = index;
    const text: string = reader.exec(pattern)?.[0] ?? pattern.slice(index);
    tokens.push({ text, inClass });
    inClass = inClass ? text !== ']' : text.startsWith('[');
    index += text.length;
  }
  return tokens;
}

function isUnsupported({ text, inClass }: Token): boolean {
  return !inClass && /^(?:\(\?<?[=!]|\\[1-9])$/.test(text);
}

const word = '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}';
const space = '\\s\\v\\x{85}\\p{Z}';

function unicodeAware({ text, inClass }: Token): string {
  if (text.startsWith('\\u') && text.length > 2) return `\\x{${text.replace(/[^0-9a-fA-F]/g, '')}}`;
  switch (text) {
    case '\\d':
      return '\\p{Nd}';
    case '\\D':
      return '\\P{Nd}';
    case '\\w':
      return inClass ? word : `[${word}]`;
    case '\\s':
      return inClass ? space : `[${space}]`;
    // inside a class a negated set cannot be written out; it keeps its ASCII meaning
    case '\\W':
      return inClass ? text : `[^${word}]`;
    case '\\S':
      return inClass ? text : `[^${space}]`;
    default:
      return text;
  }
}
