import { TemplateSyntaxError } from './template-errors.js';

export type TokenType =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'eof';

/** A piece of a template; strings and numbers carry their text as decoded. */
export interface Token {
  readonly type: TokenType;
  readonly value: string;
  readonly line: number;
}

/** What Python's `\s` and `str.strip` take for blank. */
export const BLANK = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const blanks = new RegExp(`[${BLANK}]+`, 'uy');
const trailingBlanks = new RegExp(`[${BLANK}]+$`, 'u');
const begin = new RegExp(
  `\\{%[-+]?[${BLANK}]*raw[${BLANK}]*(?:-%\\}[${BLANK}]*|%\\})|\\{%[-+]?|\\{\\{[-+]?|\\{#[-+]?`,
  'gu',
);
const rawEnd = new RegExp(`\\{%([-+]?)[${BLANK}]*endraw[${BLANK}]*(?:\\+%\\}|-%\\}[${BLANK}]*|%\\})`, 'gu');
const commentEnd = new RegExp(`\\+#\\}|-#\\}[${BLANK}]*|#\\}`, 'gu');
const blockEnd = new RegExp(`\\+%\\}|-%\\}[${BLANK}]*|%\\}`, 'uy');
const variableEnd = new RegExp(`-\\}\\}[${BLANK}]*|\\}\\}`, 'uy');
const float = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/uy;
const integer = /0[bB](?:_?[0-1])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/uy;
const name = /[\p{L}\p{N}\p{M}_]+/uy;
const identifier = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const text = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/uy;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/uy;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Splits a template into tokens as Jinja2's default environment does: line ends become `\n`, one at
 * the very end is dropped, `-` beside a tag takes the blanks on that side, `raw` blocks are data.
 * @throws TemplateSyntaxError
 */
export function tokenize(template: string): readonly Token[] {
  return new Lexer(template.replace(/\r\n|\r/gu, '\n').replace(/\n$/u, '')).run();
}

class Lexer {
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(private readonly source: string) {}

  run(): readonly Token[] {
    while (this.#at < this.source.length) {
      const found = this.find(begin);
      if (found === null) {
        this.push('data', this.source.slice(this.#at));
        this.#at = this.source.length;
        break;
      }
      const before = this.source.slice(this.#at, found.index);
      const tag = found[0];
      this.push('data', tag[2] === '-' ? before.replace(trailingBlanks, '') : before);
      this.#at = found.index + tag.length;
      if (tag.startsWith('{#')) this.comment();
      else if (tag.includes('raw')) this.raw();
      else if (tag.startsWith('{{')) this.code('variable_begin', 'variable_end', variableEnd);
      else this.code('block_begin', 'block_end', blockEnd);
    }
    this.push('eof', '');
    return this.#tokens;
  }

  private comment(): void {
    const end = this.find(commentEnd);
    if (end === null) throw this.failure('Missing end of comment tag');
    this.#at = end.index + end[0].length;
  }

  private raw(): void {
    const end = this.find(rawEnd);
    if (end === null) throw this.failure('Missing end of raw directive');
    const data = this.source.slice(this.#at, end.index);
    this.push('data', end[1] === '-' ? data.replace(trailingBlanks, '') : data);
    this.#at = end.index + end[0].length;
  }

  private code(beginType: TokenType, endType: TokenType, end: RegExp): void {
    this.push(beginType, '');
    const open: string[] = [];
    while (this.#at < this.source.length) {
      const ending = open.length === 0 ? this.find(end) : null;
      if (ending !== null) {
        this.push(endType, '');
        this.#at += ending[0].length;
        return;
      }
      this.codeToken(open);
    }
  }

  private codeToken(open: string[]): void {
    const skip = this.find(blanks);
    if (skip !== null) {
      this.#at += skip[0].length;
      return;
    }
    const { type, value, length } = this.literal() ?? this.symbol();
    if (type === 'operator') this.balance(value, open);
    this.push(type, value);
    this.#at += length;
  }

  private literal(): { type: TokenType; value: string; length: number } | null {
    const float_ = this.find(float);
    if (float_ !== null) {
      return { type: 'float', value: float_[0].replaceAll('_', ''), length: float_[0].length };
    }
    const integer_ = this.find(integer);
    if (integer_ !== null) {
      return { type: 'integer', value: integer_[0].replaceAll('_', ''), length: integer_[0].length };
    }
    const name_ = this.find(name);
    if (name_ !== null) {
      if (!identifier.test(name_[0])) throw this.failure('Invalid character in identifier');
      return { type: 'name', value: name_[0], length: name_[0].length };
    }
    const text_ = this.find(text);
    if (text_ === null) return null;
    return { type: 'string', value: this.unescaped(text_[1] ?? text_[2] ?? ''), length: text_[0].length };
  }

  private symbol(): { type: TokenType; value: string; length: number } {
    const operator_ = this.find(operator);
    if (operator_ === null) {
      const char = String.fromCodePoint(this.source.codePointAt(this.#at) ?? 0);
      const shown = char === "'" ? `"'"` : `'${char}'`;
      throw this.failure(`unexpected char ${shown} at ${lengthInCharacters(this.source.slice(0, this.#at))}`);
    }
    return { type: 'operator', value: operator_[0], length: operator_[0].length };
  }

  private balance(value: string, open: string[]): void {
    const close = closing[value];
    if (close !== undefined) open.push(close);
    else if (value === ')' || value === ']' || value === '}') {
      const expected = open.pop();
      if (expected === undefined) throw this.failure(`unexpected '${value}'`);
      if (expected !== value) throw this.failure(`unexpected '${value}', expected '${expected}'`);
    }
  }

  private unescaped(written: string): string {
    return written.replace(
      /\\(?:\n|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])/gu,
      (escape) => {
        const letter = escape.slice(1);
        if (letter === '\n') return '';
        if (/^[0-7]/u.test(letter)) return String.fromCharCode(parseInt(letter, 8));
        if (letter.length > 1) return this.codePoint(parseInt(letter.slice(1), 16));
        if ('xuUN'.includes(letter) || letter > '\x7f') {
          throw this.failure('unsupported escape sequence in a string');
        }
        return simpleEscapes[letter] ?? escape;
      },
    );
  }

  private codePoint(code: number): string {
    if (code > 0x10ffff) throw this.failure('illegal Unicode character in a string');
    return String.fromCodePoint(code);
  }

  private find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.source);
  }

  private push(type: TokenType, value: string): void {
    if (type === 'data' && value === '') return;
    this.#tokens.push({ type, value, line: this.line() });
  }

  private failure(message: string): TemplateSyntaxError {
    return new TemplateSyntaxError(message, this.line());
  }

  private line(): number {
    let line = 1;
    for (
      let at = this.source.indexOf('\n');
      at !== -1 && at < this.#at;
      at = this.source.indexOf('\n', at + 1)
    ) {
      line += 1;
    }
    return line;
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function lengthInCharacters(text: string): number {
  return Array.from(text).length;
}
