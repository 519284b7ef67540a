import { callValue } from './call-value.js';
import type { Calls, Filter, Test } from './calls.js';
import { eachExpression } from './free-variables.js';
import { globals } from './globals.js';
import { Loop } from './loop.js';
import { attributeOrItem, itemOrAttribute, Slice, sliced } from './members.js';
import type {
  Arguments,
  Body,
  CallBlock,
  Expression,
  ForStatement,
  MacroStatement,
  Signature,
  Statement,
  Target,
} from './nodes.js';
import { bindSpecial } from './macro-arguments.js';
import { calculate, compare, isTrue, iteratorOrNull, itemsOf, joinTexts, numberOf } from './operators.js';
import { percentFormat } from './percent-format.js';
import { TemplateError } from './template-errors.js';
import { textRepr, toText } from './text.js';
import {
  Callable,
  Dict,
  Markup,
  Namespace,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type CallArguments,
  type Value,
} from './values.js';
import { Variables } from './variables.js';
import { Work } from './work.js';

/** The filters and tests that templates may name. */
export interface Library {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
}

/** One run of one template. */
export class Rendering implements Calls {
  readonly work = new Work();

  constructor(private readonly library: Library) {}

  /** @throws TemplateError */
  render(body: Body, variables: Variables): string {
    const parts: string[] = [];
    this.run(body, variables, (text) => {
      this.work.written(text.length);
      parts.push(text);
    });
    return joinTexts(parts, this.work);
  }

  filter(name: string, value: Value, args: CallArguments): Value {
    const filter = this.library.filters.get(name);
    if (filter === undefined) throw new TemplateError(`No filter named '${name}'.`);
    this.work.spend(1 + (textOf(value)?.length ?? 0) / 64);
    const given = args.positional.length + args.named.size;
    if (filter.length === 1 && given > 0) {
      throw new TemplateError(`do_${name}() takes 1 positional argument but ${given + 1} were given`);
    }
    return filter(value, args, this);
  }

  test(name: string, value: Value, args: CallArguments): boolean {
    this.work.spend(1);
    if (name === 'filter') return this.library.filters.has(toText(value));
    if (name === 'test')
      return this.library.tests.has(toText(value)) || value === 'filter' || value === 'test';
    const test = this.library.tests.get(name);
    if (test === undefined) throw new TemplateError(`No test named '${name}'.`);
    return test(value, args, this);
  }

  private run(body: Body, variables: Variables, write: (text: string) => void): void {
    for (const statement of body) this.statement(statement, variables, write);
  }

  private statement(statement: Statement, variables: Variables, write: (text: string) => void): void {
    switch (statement.kind) {
      case 'text':
        write(statement.text);
        return;
      case 'output':
        write(toText(this.evaluate(statement.value, variables)));
        return;
      case 'if': {
        const branch = statement.branches.find(({ test }) => isTrue(this.evaluate(test, variables)));
        this.run(branch?.body ?? statement.otherwise, variables, write);
        return;
      }
      case 'for':
        this.loop(statement, this.evaluate(statement.iterable, variables), 0, { variables, write });
        return;
      case 'set':
        this.assign(statement.target, this.evaluate(statement.value, variables), variables);
        return;
      case 'set-block': {
        const text = this.render(statement.body, new Variables(variables));
        const value = statement.filter === null ? text : this.filtered(statement.filter, text, variables);
        this.assign(statement.target, value, variables);
        return;
      }
      case 'macro':
        variables.set(statement.name, this.macro(statement, variables));
        return;
      case 'call-block':
        write(toText(this.callBlock(statement, variables)));
        return;
      case 'filter-block': {
        const text = this.render(statement.body, new Variables(variables));
        write(toText(this.filtered(statement.filter, text, variables)));
        return;
      }
      case 'with': {
        const inner = new Variables(variables);
        const values = statement.values.map((value) => this.evaluate(value, variables));
        statement.targets.forEach((target, at) => {
          this.assign(target, values[at] ?? null, inner);
        });
        this.run(statement.body, inner, write);
      }
    }
  }

  private loop(statement: ForStatement, iterable: Value, depth: number, place: Place): void {
    const { variables, write } = place;
    const items = this.chosen(statement, iterable, variables);
    const again = (inner: Value, innerDepth: number): Value => {
      const parts: string[] = [];
      this.loop(statement, inner, innerDepth, { variables, write: (text) => parts.push(text) });
      return joinTexts(parts, this.work);
    };
    const loop = new Loop(items, depth, statement.isRecursive ? again : null);
    for (const item of items) {
      this.work.spend(1);
      const inner = new Variables(variables);
      inner.set('loop', loop);
      this.assign(statement.target, item, inner);
      this.run(statement.body, inner, write);
      loop.index += 1;
    }
    if (items.length === 0) this.run(statement.otherwise, new Variables(variables), write);
  }

  private chosen(statement: ForStatement, iterable: Value, variables: Variables): readonly Value[] {
    const items = itemsOf(iterable, this.work);
    const { test } = statement;
    if (test === null) return items;
    return items.filter((item) => {
      const inner = new Variables(variables);
      this.assign(statement.target, item, inner);
      return isTrue(this.evaluate(test, inner));
    });
  }

  private assign(target: Target, value: Value, variables: Variables): void {
    if (target.kind === 'name') {
      variables.set(target.name, value);
    } else if (target.kind === 'member') {
      const holder = variables.get(target.name);
      if (!(holder instanceof Namespace)) {
        throw new TemplateError('cannot assign attribute on non-namespace object');
      }
      holder.members.set(target.attribute, value);
    } else {
      const items = this.unpacked(value, target.items.length);
      target.items.forEach((item, at) => {
        this.assign(item, items[at] ?? null, variables);
      });
    }
  }

  private unpacked(value: Value, count: number): readonly Value[] {
    if (iteratorOrNull(value) === null) {
      throw new TemplateError(`cannot unpack non-iterable ${typeName(value)} object`);
    }
    const items = itemsOf(value, this.work);
    if (items.length === count) return items;
    throw new TemplateError(
      items.length < count
        ? `not enough values to unpack (expected ${count}, got ${items.length})`
        : `too many values to unpack (expected ${count})`,
    );
  }

  private macro(statement: Omit<MacroStatement, 'kind'>, variables: Variables): Callable {
    const { name, signature, body } = statement;
    const special = new Set<string>();
    eachExpression(body, (expression) => {
      if (expression.kind === 'name') special.add(expression.name);
    });
    const call = (args: CallArguments): Value => {
      const inner = new Variables(variables);
      this.bindParameters(name, signature, args, inner);
      bindSpecial(name, signature, args, { uses: special, variables: inner });
      return this.render(body, inner);
    };
    const attributes = new Map<string, Value>([
      ['name', name],
      ['arguments', new Tuple(signature.parameters)],
    ]);
    return new Callable(name, call, 'Macro', attributes);
  }

  private bindParameters(
    macro: string,
    signature: Signature,
    args: CallArguments,
    variables: Variables,
  ): void {
    const { parameters, defaults } = signature;
    parameters.forEach((name, at) => {
      const positional = args.positional[at];
      const named = args.named.get(name);
      if (positional !== undefined && named !== undefined) {
        throw new TemplateError(`macro '${macro}' takes no keyword argument '${name}'`);
      }
      const otherwise = defaults[at - parameters.length + defaults.length];
      const value = positional ?? named;
      if (value !== undefined) variables.set(name, value);
      else if (otherwise !== undefined) variables.set(name, this.evaluate(otherwise, variables));
      else variables.set(name, new Undefined(`parameter '${name}' was not provided`));
    });
  }

  private callBlock(block: CallBlock, variables: Variables): Value {
    const caller = this.macro({ name: 'caller', signature: block.signature, body: block.body }, variables);
    const callee = this.evaluate(block.call.callee, variables);
    const args = this.callArguments(block.call.args, variables);
    const named = new Map([...args.named, ['caller', caller] as const]);
    return callValue(callee, { positional: args.positional, named }, this.work);
  }

  private filtered(filter: Expression, text: Value, variables: Variables): Value {
    if (filter.kind !== 'filter') return text;
    const value = filter.of === null ? text : this.filtered(filter.of, text, variables);
    return this.filter(filter.name, value, this.callArguments(filter.args, variables));
  }

  private evaluate(expression: Expression, variables: Variables): Value {
    const value = (inner: Expression): Value => this.evaluate(inner, variables);
    switch (expression.kind) {
      case 'const':
        return expression.value;
      case 'name':
        return this.name(expression.name, variables);
      case 'tuple':
        return new Tuple(expression.items.map(value));
      case 'list':
        return expression.items.map(value);
      case 'dict':
        return Dict.of(expression.items.map(([key, item]) => [value(key), value(item)] as const));
      case 'cond':
        if (isTrue(value(expression.test))) return value(expression.then);
        return expression.otherwise === null
          ? new Undefined('the inline if-expression evaluated to false and no else section was defined.')
          : value(expression.otherwise);
      case 'and':
      case 'or': {
        const left = value(expression.left);
        return isTrue(left) === (expression.kind === 'or') ? left : value(expression.right);
      }
      case 'concat':
        return joinTexts(expression.items.map(value), this.work);
      case 'compare':
        return this.compared(expression.first, expression.rest, variables);
      case 'attribute':
        return attributeOrItem(value(expression.of), expression.name);
      default:
        return this.operation(expression, variables);
    }
  }

  private operation(expression: Operation, variables: Variables): Value {
    const value = (inner: Expression): Value => this.evaluate(inner, variables);
    switch (expression.kind) {
      case 'not':
        return !isTrue(value(expression.of));
      case 'neg':
      case 'pos':
        return this.signed(value(expression.of), expression.kind);
      case 'binary': {
        const [left, right] = [value(expression.left), value(expression.right)];
        if (expression.operator !== '%' || textOf(left) === null) {
          return calculate(expression.operator, left, right, this.work);
        }
        if (left instanceof Markup) throw new TemplateError('% is not supported for markup');
        return percentFormat(toText(left), right, this.work);
      }
      case 'item': {
        const of = value(expression.of);
        if (expression.key.kind !== 'slice') return itemOrAttribute(of, value(expression.key), this.work);
        return sliced(of, this.slice(expression.key, variables));
      }
      case 'slice':
        throw new TemplateError('slices inside of tuples are not supported');
      case 'call':
        return callValue(value(expression.callee), this.callArguments(expression.args, variables), this.work);
      case 'filter': {
        const of = expression.of === null ? '' : value(expression.of);
        return this.filter(expression.name, of, this.callArguments(expression.args, variables));
      }
      case 'test':
        return this.test(
          expression.name,
          value(expression.of),
          this.callArguments(expression.args, variables),
        );
    }
  }

  private name(name: string, variables: Variables): Value {
    const value = variables.get(name);
    if (value !== undefined) return value;
    return globals.get(name) ?? new Undefined(`${textRepr(name)} is undefined`);
  }

  private slice(slice: Expression & { kind: 'slice' }, variables: Variables): Slice {
    const part = (expression: Expression | null): Value =>
      expression === null ? null : this.evaluate(expression, variables);
    return new Slice(part(slice.start), part(slice.stop), part(slice.step));
  }

  private compared(
    first: Expression,
    rest: (Expression & { kind: 'compare' })['rest'],
    variables: Variables,
  ): boolean {
    let left = this.evaluate(first, variables);
    for (const { operator, operand } of rest) {
      const right = this.evaluate(operand, variables);
      if (!compare(operator, left, right, this.work)) return false;
      left = right;
    }
    return true;
  }

  private signed(value: Value, kind: 'neg' | 'pos'): Value {
    if (value instanceof Undefined) value.fail();
    const number = numberOf(value);
    if (number === null) {
      throw new TemplateError(
        `bad operand type for unary ${kind === 'neg' ? '-' : '+'}: '${typeName(value)}'`,
      );
    }
    return kind === 'neg' ? -number : number;
  }

  private callArguments(args: Arguments, variables: Variables): CallArguments {
    const positional = args.positional.map((item) => this.evaluate(item, variables));
    const named = new Map(args.named.map(([name, item]) => [name, this.evaluate(item, variables)] as const));
    if (args.rest !== null) positional.push(...itemsOf(this.evaluate(args.rest, variables), this.work));
    if (args.namedRest !== null) {
      const given = this.evaluate(args.namedRest, variables);
      if (!(given instanceof Dict)) throw new TemplateError('argument after ** must be a mapping');
      for (const [key, item] of given.entries()) named.set(toText(key), item);
    }
    return { positional, named };
  }
}

interface Place {
  readonly variables: Variables;
  readonly write: (text: string) => void;
}

type Operation = Exclude<
  Expression,
  {
    kind:
      | 'const'
      | 'name'
      | 'tuple'
      | 'list'
      | 'dict'
      | 'cond'
      | 'and'
      | 'or'
      | 'concat'
      | 'compare'
      | 'attribute';
  }
>;
