import type { Token, TokenType } from './lexer.js';
import { TemplateSyntaxError } from './template-errors.js';

const descriptions: Readonly<Record<TokenType, string>> = {
  data: 'template data / text',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  name: 'name',
  string: 'string',
  integer: 'integer',
  float: 'float',
  operator: 'operator',
  eof: 'end of template',
};

/** A place in the tokens of a template, with the questions that parsers ask there. */
export class TokenStream {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.ahead(0);
  }

  next(): Token {
    const token = this.current;
    this.#at += 1;
    return token;
  }

  isName(...names: readonly string[]): boolean {
    return this.current.type === 'name' && names.includes(this.current.value);
  }

  isNameAhead(name: string): boolean {
    return this.ahead(1).type === 'name' && this.ahead(1).value === name;
  }

  isOperator(...operators: readonly string[]): boolean {
    return this.current.type === 'operator' && operators.includes(this.current.value);
  }

  isOperatorAhead(operator: string): boolean {
    return this.ahead(1).type === 'operator' && this.ahead(1).value === operator;
  }

  skipName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.#at += 1;
    return true;
  }

  skipOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at += 1;
    return true;
  }

  expect(type: TokenType): Token {
    if (this.current.type !== type) throw this.expected(descriptions[type]);
    return this.next();
  }

  expectOperator(operator: string): void {
    if (!this.skipOperator(operator)) throw this.expected(operator);
  }

  expectName(name: string): void {
    if (!this.skipName(name)) throw this.expected(name);
  }

  failure(message: string): TemplateSyntaxError {
    return new TemplateSyntaxError(message, this.current.line);
  }

  unexpected(): TemplateSyntaxError {
    return this.failure(`unexpected '${this.describe()}'`);
  }

  private expected(what: string): TemplateSyntaxError {
    if (this.current.type === 'eof') {
      return this.failure(`unexpected end of template, expected '${what}'.`);
    }
    return this.failure(`expected token '${what}', got '${this.describe()}'`);
  }

  describe(): string {
    const { type, value } = this.current;
    return type === 'name' || type === 'operator' ? value : descriptions[type];
  }

  private ahead(count: number): Token {
    return this.tokens[this.#at + count] ?? { type: 'eof', value: '', line: this.tokens.at(-1)?.line ?? 1 };
  }
}
