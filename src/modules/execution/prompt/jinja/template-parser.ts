import { ExpressionParser } from './expression-parser.js';
import { tokenize } from './lexer.js';
import type { Body, Expression, Signature, Statement, Target } from './nodes.js';
import { TemplateSyntaxError } from './template-errors.js';
import { TokenStream } from './token-stream.js';

const unsupported: Readonly<Record<string, string>> = {
  include: 'no loader for this environment specified',
  import: 'no loader for this environment specified',
  from: 'no loader for this environment specified',
  extends: 'no loader for this environment specified',
  block: 'blocks are not supported in prompt messages',
  autoescape: 'autoescape blocks are not supported in prompt messages',
};

/**
 * Parses a template as Jinja2's default environment does; tags that need other templates are refused.
 * @throws TemplateSyntaxError
 */
export function parseTemplate(template: string): Body {
  try {
    return new TemplateParser(new TokenStream(tokenize(template))).template();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateSyntaxError('template is nested too deeply', 1);
    throw error;
  }
}

class TemplateParser {
  readonly #expressions: ExpressionParser;
  readonly #openTags: string[] = [];
  readonly #awaited: (readonly string[])[] = [];

  constructor(private readonly stream: TokenStream) {
    this.#expressions = new ExpressionParser(stream);
  }

  template(): Body {
    return this.statementsUntil([]);
  }

  private statementsUntil(ends: readonly string[]): Body {
    const body: Statement[] = [];
    if (ends.length > 0) this.#awaited.push(ends);
    while (this.stream.current.type !== 'eof') {
      const token = this.stream.next();
      if (token.type === 'data') {
        body.push({ kind: 'text', text: token.value });
      } else if (token.type === 'variable_begin') {
        body.push({ kind: 'output', value: this.#expressions.tuple() });
        this.stream.expect('variable_end');
      } else if (this.stream.isName(...ends)) {
        this.#awaited.pop();
        return body;
      } else {
        body.push(this.statement());
        this.stream.expect('block_end');
      }
    }
    if (ends.length > 0) throw this.wrongTag(null);
    return body;
  }

  /** The statements up to one of the end tags, whose name is consumed and returned. */
  private block(...ends: readonly string[]): { body: Body; end: string } {
    this.stream.skipOperator(':');
    this.stream.expect('block_end');
    const body = this.statementsUntil(ends);
    return { body, end: this.stream.next().value };
  }

  private statement(): Statement {
    const token = this.stream.current;
    if (token.type !== 'name') throw this.stream.failure('tag name expected');
    const refusal = unsupported[token.value];
    if (refusal !== undefined) throw this.stream.failure(refusal);
    const parse = this.parserOf(token.value);
    if (parse === null) throw this.wrongTag(token.value);
    this.stream.next();
    this.#openTags.push(token.value);
    const statement = parse();
    this.#openTags.pop();
    return statement;
  }

  private parserOf(tag: string): (() => Statement) | null {
    switch (tag) {
      case 'if':
        return () => this.ifStatement();
      case 'for':
        return () => this.forStatement();
      case 'set':
        return () => this.setStatement();
      case 'macro':
        return () => this.macroStatement();
      case 'call':
        return () => this.callBlock();
      case 'filter':
        return () => this.filterBlock();
      case 'with':
        return () => this.withStatement();
      case 'print':
        return () => ({ kind: 'output', value: this.#expressions.tuple() });
      default:
        return null;
    }
  }

  private ifStatement(): Statement {
    const branches: { test: Expression; body: Body }[] = [];
    for (;;) {
      const test = this.#expressions.tuple({ withConditional: false });
      const { body, end } = this.block('elif', 'else', 'endif');
      branches.push({ test, body });
      if (end === 'elif') continue;
      return { kind: 'if', branches, otherwise: end === 'else' ? this.block('endif').body : [] };
    }
  }

  private forStatement(): Statement {
    const target = this.target('in');
    this.stream.expectName('in');
    const iterable = this.#expressions.tuple({ withConditional: false, end: 'recursive' });
    const test = this.stream.skipName('if') ? this.#expressions.expression() : null;
    const isRecursive = this.stream.skipName('recursive');
    const { body, end } = this.block('endfor', 'else');
    const otherwise = end === 'else' ? this.block('endfor').body : [];
    return { kind: 'for', target, iterable, test, isRecursive, body, otherwise };
  }

  private setStatement(): Statement {
    const target = this.target();
    if (this.stream.skipOperator('=')) return { kind: 'set', target, value: this.#expressions.tuple() };
    const filter = this.#expressions.filters(null, false);
    return { kind: 'set-block', target, filter, body: this.block('endset').body };
  }

  private macroStatement(): Statement {
    const name = this.assignable(this.stream.expect('name').value);
    const signature = this.signature();
    return { kind: 'macro', name, signature, body: this.block('endmacro').body };
  }

  private callBlock(): Statement {
    const signature = this.stream.isOperator('(') ? this.signature() : { parameters: [], defaults: [] };
    const call = this.#expressions.expression();
    if (call.kind !== 'call') throw this.stream.failure('expected call');
    return { kind: 'call-block', call, signature, body: this.block('endcall').body };
  }

  private filterBlock(): Statement {
    const filter = this.#expressions.filters(null, true);
    if (filter === null) throw this.stream.unexpected();
    return { kind: 'filter-block', filter, body: this.block('endfilter').body };
  }

  private withStatement(): Statement {
    const targets: Target[] = [];
    const values: Expression[] = [];
    while (this.stream.current.type !== 'block_end') {
      if (targets.length > 0) this.stream.expectOperator(',');
      targets.push(this.target());
      this.stream.expectOperator('=');
      values.push(this.#expressions.expression());
    }
    return { kind: 'with', targets, values, body: this.block('endwith').body };
  }

  private signature(): Signature {
    const parameters: string[] = [];
    const defaults: Expression[] = [];
    this.stream.expectOperator('(');
    while (!this.stream.isOperator(')')) {
      if (parameters.length > 0) this.stream.expectOperator(',');
      parameters.push(this.assignable(this.stream.expect('name').value));
      if (this.stream.skipOperator('=')) defaults.push(this.#expressions.expression());
      else if (defaults.length > 0)
        throw this.stream.failure('non-default argument follows default argument');
    }
    this.stream.expectOperator(')');
    return { parameters, defaults };
  }

  private target(end?: string): Target {
    const items: Target[] = [];
    let isTuple = false;
    while (items.length === 0 || !this.#expressions.isTupleEnd(end)) {
      items.push(this.singleTarget());
      if (!this.stream.skipOperator(',')) break;
      isTuple = true;
    }
    const first = items[0];
    return isTuple || first === undefined ? { kind: 'tuple', items } : first;
  }

  private singleTarget(): Target {
    if (this.stream.skipOperator('(')) {
      const inner = this.target();
      this.stream.expectOperator(')');
      return inner;
    }
    if (['string', 'integer', 'float'].includes(this.stream.current.type)) {
      throw this.stream.failure("can't assign to 'const'");
    }
    if (this.stream.current.type !== 'name') throw this.stream.unexpected();
    const name = this.assignable(this.stream.next().value);
    if (!this.stream.skipOperator('.')) return { kind: 'name', name };
    return { kind: 'member', name, attribute: this.stream.expect('name').value };
  }

  private assignable(name: string): string {
    if (/^(?:[tT]rue|[fF]alse|[nN]one)$/u.test(name)) throw this.stream.failure("can't assign to 'const'");
    return name;
  }

  private wrongTag(tag: string | null): TemplateSyntaxError {
    const awaited = this.#awaited
      .at(-1)
      ?.map((end) => `'${end}'`)
      .join(' or ');
    const parts = [tag === null ? 'Unexpected end of template.' : `Encountered unknown tag '${tag}'.`];
    if (awaited !== undefined) {
      const isKnownEnd = tag !== null && this.#awaited.some((ends) => ends.includes(tag));
      parts.push(
        isKnownEnd
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${awaited}.`
          : `Jinja was looking for the following tags: ${awaited}.`,
      );
    }
    const innermost = this.#openTags.at(-1);
    if (innermost !== undefined) parts.push(`The innermost block that needs to be closed is '${innermost}'.`);
    return this.stream.failure(parts.join(' '));
  }
}
