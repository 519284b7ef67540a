import type { BinaryOperator, CompareOperator } from './nodes.js';
import { Temporal } from './temporal.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, escaped, lengthOf, toText } from './text.js';
import {
  Dict,
  DictView,
  Generator,
  hashOf,
  Markup,
  Range,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';
import type { Work } from './work.js';

export function isTrue(value: Value): boolean {
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Undefined) return false;
    return lengthOrNull(value) !== 0n;
  }
  return Boolean(value);
}

/** Python's `len`; null for what has none. */
export function lengthOrNull(value: Value): bigint | null {
  const text = textOf(value);
  if (text !== null) return BigInt(lengthOf(text));
  if (Array.isArray(value)) return BigInt(value.length);
  if (value instanceof Tuple) return BigInt(value.items.length);
  if (value instanceof Dict) return BigInt(value.size);
  if (value instanceof DictView) return BigInt(value.read().length);
  if (value instanceof Range) return value.length;
  return value instanceof Undefined ? 0n : null;
}

export function length(value: Value): bigint {
  const found = lengthOrNull(value);
  if (found === null) throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
  return found;
}

/** Walks a value; null for what cannot be walked. */
export function iteratorOrNull(value: Value): Iterator<Value> | null {
  const text = textOf(value);
  if (text !== null) return charactersOf(text)[Symbol.iterator]();
  if (Array.isArray(value)) return value.values();
  if (value instanceof Tuple) return value.items.values();
  if (value instanceof Dict) return value.keys().values();
  if (value instanceof DictView) return value.read().values();
  if (value instanceof Range) return walk(value);
  if (value instanceof Generator) return value.iterator;
  return value instanceof Undefined ? [].values() : null;
}

export function iterator(value: Value): Iterator<Value> {
  const found = iteratorOrNull(value);
  if (found === null) throw new TemplateError(`'${typeName(value)}' object is not iterable`);
  return found;
}

/** Everything in a value, each item counted as work. */
export function itemsOf(value: Value, work: Work): Value[] {
  const items: Value[] = [];
  const walker = iterator(value);
  for (let next = walker.next(); next.done !== true; next = walker.next()) {
    work.spend(1);
    items.push(next.value);
  }
  return items;
}

/** An integer or float, True and False as 1 and 0; null for everything else. */
export function numberOf(value: Value): bigint | number | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : null;
}

export function isEqual(left: Value, right: Value, depth = 0): boolean {
  if (depth > 100) throw new TemplateError('maximum recursion depth exceeded in comparison');
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) return a <= b && a >= b;
  const [s, t] = [textOf(left), textOf(right)];
  if (s !== null && t !== null) return s === t;
  if (left instanceof Dict && right instanceof Dict) {
    return (
      left.size === right.size &&
      left.entries().every(([key, value]) => {
        const other = right.get(key);
        return other !== undefined && isEqual(value, other, depth + 1);
      })
    );
  }
  const [items, others] = [sequenceOf(left), sequenceOf(right)];
  if (items !== null && others !== null && Array.isArray(left) === Array.isArray(right)) {
    return (
      items.length === others.length &&
      items.every((item, at) => isEqual(item, others[at] ?? null, depth + 1))
    );
  }
  if (left instanceof Temporal && right instanceof Temporal) return left.compare(right) === 0;
  if (left instanceof Range && right instanceof Range) {
    return left.length === right.length && left.start === right.start && left.step === right.step;
  }
  return left === right || (left instanceof Undefined && right instanceof Undefined);
}

/**
 * Orders two values.
 * @throws TemplateError where Python refuses to
 */
export function order(left: Value, right: Value, operator: '<' | '<=' | '>' | '>=' = '<', depth = 0): number {
  if (left instanceof Undefined) left.fail();
  if (right instanceof Undefined) right.fail();
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) return a < b ? -1 : a > b ? 1 : a <= b ? 0 : NaN;
  const [s, t] = [textOf(left), textOf(right)];
  if (s !== null && t !== null) return orderTexts(s, t);
  const [items, others] = [sequenceOf(left), sequenceOf(right)];
  if (items !== null && others !== null && Array.isArray(left) === Array.isArray(right) && depth < 100) {
    const at = items.findIndex(
      (item, index) => index >= others.length || !isEqual(item, others[index] ?? null),
    );
    if (at === -1) return items.length === others.length ? 0 : -1;
    return at >= others.length ? 1 : order(items[at] ?? null, others[at] ?? null, operator, depth + 1);
  }
  const ordered = left instanceof Temporal && right instanceof Temporal ? left.compare(right) : null;
  if (ordered !== null) return ordered;
  if (left instanceof Temporal && right instanceof Temporal)
    throw new TemplateError(left.incomparable(right));
  throw new TemplateError(
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

export function compare(operator: CompareOperator, left: Value, right: Value, work: Work): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case 'in':
      return contains(right, left, work);
    case 'not in':
      return !contains(right, left, work);
    case '<':
      return order(left, right, operator) < 0;
    case '<=':
      return order(left, right, operator) <= 0;
    case '>':
      return order(left, right, operator) > 0;
    case '>=':
      return order(left, right, operator) >= 0;
  }
}

function contains(container: Value, item: Value, work: Work): boolean {
  const text = textOf(container);
  if (text !== null) {
    const wanted = textOf(item);
    if (wanted !== null) return text.includes(wanted);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (container instanceof Dict) return container.has(item);
  if (container instanceof Range && typeof item === 'bigint') return isInRange(container, item);
  if (container instanceof DictView && container.typeName === 'dict_keys') hashOf(item);
  if (iteratorOrNull(container) === null) {
    throw new TemplateError(`argument of type '${typeName(container)}' is not iterable`);
  }
  return itemsOf(container, work).some((candidate) => isEqual(candidate, item));
}

export function calculate(operator: BinaryOperator, left: Value, right: Value, work: Work): Value {
  work.spend(1);
  if (left instanceof Undefined) left.fail();
  if (right instanceof Undefined && !(operator === '%' && textOf(left) !== null)) right.fail();
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) {
    return typeof a === 'bigint' && typeof b === 'bigint'
      ? integerResult(operator, a, b, work)
      : floatResult(operator, Number(a), Number(b));
  }
  const result =
    operator === '+' ? added(left, right, work) : operator === '*' ? repeated(left, right, work) : null;
  if (result !== null) return result;
  const shown = operator === '**' ? '** or pow()' : operator;
  throw new TemplateError(
    operator === '+' && textOf(left) !== null
      ? `can only concatenate str (not "${typeName(right)}") to str`
      : operator === '+' && Array.isArray(left)
        ? `can only concatenate list (not "${typeName(right)}") to list`
        : operator === '*' && (sequenceOf(left) !== null || textOf(left) !== null)
          ? `can't multiply sequence by non-int of type '${typeName(right)}'`
          : `unsupported operand type(s) for ${shown}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

/** A list's or tuple's items. */
export function sequenceOf(value: Value): readonly Value[] | null {
  if (Array.isArray(value)) return value;
  return value instanceof Tuple ? value.items : null;
}

function integerResult(operator: BinaryOperator, a: bigint, b: bigint, work: Work): Value {
  switch (operator) {
    case '+':
      return work.integer(a + b);
    case '-':
      return work.integer(a - b);
    case '*':
      return work.integer(a * b);
    case '/':
      if (b === 0n) throw new TemplateError('division by zero');
      return Number(a) / Number(b);
    case '//':
      if (b === 0n) throw new TemplateError('integer division or modulo by zero');
      return (a - modulo(a, b)) / b;
    case '%':
      if (b === 0n) throw new TemplateError('integer modulo by zero');
      return modulo(a, b);
    case '**':
      return b < 0n ? floatResult('**', Number(a), Number(b)) : work.power(a, b);
  }
}

function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function floatResult(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new TemplateError('float division by zero');
      return a / b;
    case '//':
      if (b === 0) throw new TemplateError('float floor division by zero');
      return Math.floor((a - floatModulo(a, b)) / b + 0.5);
    case '%':
      if (b === 0) throw new TemplateError('float modulo');
      return floatModulo(a, b);
    case '**':
      return floatPower(a, b);
  }
}

function floatModulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw new TemplateError('0.0 cannot be raised to a negative power');
  if (a < 0 && !Number.isInteger(b)) throw new TemplateError('complex numbers are not supported');
  const result = a === 1 ? 1 : a ** b;
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new TemplateError('Numerical result out of range');
  }
  return result;
}

function added(left: Value, right: Value, work: Work): Value | null {
  const [s, t] = [textOf(left), textOf(right)];
  if (s !== null && t !== null) {
    work.room(s.length + t.length);
    if (left instanceof Markup || right instanceof Markup)
      return new Markup(escaped(left).text + escaped(right).text);
    return s + t;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    work.room(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) {
    work.room(left.items.length + right.items.length);
    return new Tuple([...left.items, ...right.items]);
  }
  return null;
}

function repeated(left: Value, right: Value, work: Work): Value | null {
  const [sequence, count] = numberOf(left) === null ? [left, numberOf(right)] : [right, numberOf(left)];
  if (typeof count !== 'bigint') return null;
  const text = textOf(sequence);
  const items = sequenceOf(sequence);
  if (text === null && items === null) return null;
  const times = count < 0n ? 0n : count;
  work.room(BigInt(text?.length ?? items?.length ?? 0) * times);
  if (text !== null) {
    const long = text === '' ? '' : text.repeat(Number(times));
    return sequence instanceof Markup ? new Markup(long) : long;
  }
  const list =
    items === null || items.length === 0 ? [] : Array.from({ length: Number(times) }, () => items).flat();
  return sequence instanceof Tuple ? new Tuple(list) : list;
}

function orderTexts(left: string, right: string): number {
  const [a, b] = [charactersOf(left), charactersOf(right)];
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function isInRange(range: Range, item: bigint): boolean {
  const offset = item - range.start;
  const index = offset / range.step;
  return offset % range.step === 0n && index >= 0n && index < range.length;
}

function* walk(range: Range): Generator_ {
  for (let index = 0n; index < range.length; index += 1n) yield range.start + index * range.step;
}

type Generator_ = globalThis.Generator<Value, undefined>;

/** The text that `~` and output make of a value. */
export function joinTexts(values: readonly Value[], work: Work): string {
  const texts = values.map(toText);
  work.room(texts.reduce((sum, text) => sum + text.length, 0));
  return texts.join('');
}
