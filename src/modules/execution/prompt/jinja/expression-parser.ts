import type { Arguments, BinaryOperator, CompareOperator, Expression, FilterExpression } from './nodes.js';
import type { TokenStream } from './token-stream.js';

/** Where a bare tuple stops. */
export interface TupleOptions {
  readonly withConditional?: boolean;
  readonly isParenthesised?: boolean;
  readonly end?: string;
}

const noArguments: Arguments = { positional: [], named: [], rest: null, namedRest: null };
const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const;

/** Expressions by Jinja2's grammar, whose precedence differs from Python's in places. */
export class ExpressionParser {
  constructor(private readonly stream: TokenStream) {}

  /** @throws TemplateSyntaxError */
  expression(withConditional = true): Expression {
    return withConditional ? this.conditional() : this.or();
  }

  /** One expression, or several with commas between as a tuple. */
  tuple(options: TupleOptions = {}): Expression {
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.stream.expectOperator(',');
      if (this.isTupleEnd(options.end)) break;
      items.push(this.expression(options.withConditional ?? true));
      if (!this.stream.isOperator(',')) break;
      isTuple = true;
    }
    const first = items[0];
    if (!isTuple && first !== undefined) return first;
    if (first === undefined && options.isParenthesised !== true) {
      throw this.stream.failure(`Expected an expression, got '${this.stream.describe()}'`);
    }
    return { kind: 'tuple', items };
  }

  /** A chain of filters; `isInline` means that the first has no `|` before it. */
  filters(of: Expression | null, isInline: boolean): Expression | null {
    let value = of;
    let inline = isInline;
    while (inline || this.stream.isOperator('|')) {
      if (!inline) this.stream.next();
      inline = false;
      const { line } = this.stream.current;
      const name = this.dottedName();
      const args = this.stream.isOperator('(') ? this.arguments() : noArguments;
      value = { kind: 'filter', of: value, name, args, line } satisfies FilterExpression;
    }
    return value;
  }

  primary(): Expression {
    const token = this.stream.current;
    switch (token.type) {
      case 'name':
        this.stream.next();
        return nameOrConstant(token.value);
      case 'string':
        return { kind: 'const', value: this.text() };
      case 'integer':
        this.stream.next();
        return { kind: 'const', value: BigInt(token.value) };
      case 'float':
        this.stream.next();
        return { kind: 'const', value: Number(token.value) };
      default:
        return this.bracketed();
    }
  }

  isTupleEnd(end?: string): boolean {
    const { type } = this.stream.current;
    if (type === 'variable_end' || type === 'block_end' || this.stream.isOperator(')')) return true;
    return end !== undefined && this.stream.isName(end);
  }

  private bracketed(): Expression {
    if (this.stream.skipOperator('(')) {
      const inner = this.tuple({ isParenthesised: true });
      this.stream.expectOperator(')');
      return inner;
    }
    if (this.stream.skipOperator('['))
      return { kind: 'list', items: this.items(']', () => this.expression()) };
    if (this.stream.skipOperator('{')) {
      const items = this.items('}', () => {
        const key = this.expression();
        this.stream.expectOperator(':');
        return [key, this.expression()] as const;
      });
      return { kind: 'dict', items };
    }
    throw this.stream.unexpected();
  }

  private items<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.stream.isOperator(close)) {
      if (items.length > 0) {
        this.stream.expectOperator(',');
        if (this.stream.isOperator(close)) break;
      }
      items.push(item());
    }
    this.stream.expectOperator(close);
    return items;
  }

  private text(): string {
    let value = '';
    while (this.stream.current.type === 'string') value += this.stream.next().value;
    return value;
  }

  private conditional(): Expression {
    let value = this.or();
    while (this.stream.skipName('if')) {
      const test = this.or();
      const otherwise = this.stream.skipName('else') ? this.conditional() : null;
      value = { kind: 'cond', test, then: value, otherwise };
    }
    return value;
  }

  private or(): Expression {
    let left = this.and();
    while (this.stream.skipName('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.stream.skipName('and')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expression {
    return this.stream.skipName('not') ? { kind: 'not', of: this.not() } : this.compare();
  }

  private compare(): Expression {
    const first = this.sum();
    const rest: { operator: CompareOperator; operand: Expression }[] = [];
    for (let operator = this.comparison(); operator !== null; operator = this.comparison()) {
      rest.push({ operator, operand: this.sum() });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest };
  }

  private comparison(): CompareOperator | null {
    for (const operator of comparisons) if (this.stream.skipOperator(operator)) return operator;
    if (this.stream.skipName('in')) return 'in';
    if (!this.stream.isName('not') || !this.stream.isNameAhead('in')) return null;
    this.stream.next();
    this.stream.next();
    return 'not in';
  }

  private sum(): Expression {
    return this.leftAssociative(['+', '-'], () => this.concat());
  }

  private concat(): Expression {
    const first = this.product();
    const items = [first];
    while (this.stream.skipOperator('~')) items.push(this.product());
    return items.length === 1 ? first : { kind: 'concat', items };
  }

  private product(): Expression {
    return this.leftAssociative(['*', '/', '//', '%'], () => this.power());
  }

  private power(): Expression {
    return this.leftAssociative(['**'], () => this.unary(true));
  }

  private leftAssociative(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((candidate) => this.stream.skipOperator(candidate));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: operand() };
    }
  }

  private unary(withFilters: boolean): Expression {
    let value: Expression;
    if (this.stream.skipOperator('-')) value = { kind: 'neg', of: this.unary(false) };
    else if (this.stream.skipOperator('+')) value = { kind: 'pos', of: this.unary(false) };
    else value = this.primary();
    value = this.postfix(value);
    return withFilters ? this.filtered(value) : value;
  }

  private postfix(of: Expression): Expression {
    let value = of;
    for (;;) {
      if (this.stream.isOperator('.', '[')) value = this.subscript(value);
      else if (this.stream.isOperator('(')) value = { kind: 'call', callee: value, args: this.arguments() };
      else return value;
    }
  }

  private filtered(of: Expression): Expression {
    let value = of;
    for (;;) {
      if (this.stream.isOperator('|')) value = this.filters(value, false) ?? value;
      else if (this.stream.isName('is')) value = this.test(value);
      else if (this.stream.isOperator('(')) value = { kind: 'call', callee: value, args: this.arguments() };
      else return value;
    }
  }

  private subscript(of: Expression): Expression {
    if (this.stream.skipOperator('.')) {
      const token = this.stream.next();
      if (token.type === 'name') return { kind: 'attribute', of, name: token.value };
      if (token.type !== 'integer') throw this.stream.failure('expected name or number');
      return { kind: 'item', of, key: { kind: 'const', value: BigInt(token.value) } };
    }
    this.stream.expectOperator('[');
    const keys = this.items(']', () => this.subscribed());
    const only = keys.length === 1 ? keys[0] : undefined;
    return { kind: 'item', of, key: only ?? { kind: 'tuple', items: keys } };
  }

  private subscribed(): Expression {
    const start = this.stream.isOperator(':') ? null : this.expression();
    if (start !== null && !this.stream.isOperator(':')) return start;
    this.stream.expectOperator(':');
    const stop = this.stream.isOperator(':', ']', ',') ? null : this.expression();
    const hasStep = this.stream.skipOperator(':');
    const step = !hasStep || this.stream.isOperator(']', ',') ? null : this.expression();
    return { kind: 'slice', start, stop, step };
  }

  private test(of: Expression): Expression {
    const { line } = this.stream.next();
    const isNegated = this.stream.skipName('not');
    const name = this.dottedName();
    const test: Expression = { kind: 'test', of, name, args: this.testArguments(), line };
    return isNegated ? { kind: 'not', of: test } : test;
  }

  private testArguments(): Arguments {
    if (this.stream.isOperator('(')) return this.arguments();
    const { type } = this.stream.current;
    const startsOperand =
      type === 'string' || type === 'integer' || type === 'float' || this.stream.isOperator('[', '{');
    if (!startsOperand && (type !== 'name' || this.stream.isName('else', 'or', 'and'))) return noArguments;
    if (this.stream.isName('is')) throw this.stream.failure('You cannot chain multiple tests with is');
    return { ...noArguments, positional: [this.postfix(this.primary())] };
  }

  private arguments(): Arguments {
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let rest: Expression | null = null;
    let namedRest: Expression | null = null;
    const ensure = (isAllowed: boolean): void => {
      if (!isAllowed) throw this.stream.failure('invalid syntax for function call expression');
    };
    this.stream.expectOperator('(');
    this.items(')', () => {
      if (this.stream.skipOperator('*')) {
        ensure(rest === null && namedRest === null);
        rest = this.expression();
      } else if (this.stream.skipOperator('**')) {
        ensure(namedRest === null);
        namedRest = this.expression();
      } else if (this.stream.current.type === 'name' && this.stream.isOperatorAhead('=')) {
        ensure(namedRest === null);
        const key = this.stream.next().value;
        this.stream.next();
        named.push([key, this.expression()]);
      } else {
        ensure(rest === null && namedRest === null && named.length === 0);
        positional.push(this.expression());
      }
    });
    return { positional, named, rest, namedRest };
  }

  private dottedName(): string {
    let name = this.stream.expect('name').value;
    while (this.stream.skipOperator('.')) name += `.${this.stream.expect('name').value}`;
    return name;
  }
}

function nameOrConstant(name: string): Expression {
  if (name === 'true' || name === 'True') return { kind: 'const', value: true };
  if (name === 'false' || name === 'False') return { kind: 'const', value: false };
  if (name === 'none' || name === 'None') return { kind: 'const', value: null };
  return { kind: 'name', name };
}
