import { integerOf } from './arguments.js';
import type { MemberAccess } from './brace-format.js';
import { containerMethod } from './container-methods.js';
import { length, numberOf } from './operators.js';
import { stringMethod } from './string-methods.js';
import { TemplateError } from './template-errors.js';
import { charactersOf, textRepr, toRepr } from './text.js';
import {
  Callable,
  Dict,
  hasAttributes,
  Markup,
  Namespace,
  objectName,
  Range,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';
import type { Work } from './work.js';

const access: MemberAccess = { attribute: attributeOf, item: itemOrAttribute };

/** The parts of `a[start:stop:step]`. */
export class Slice {
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {}
}

/** `value.name`: an attribute, else the member of that key, else undefined. */
export function attributeOrItem(value: Value, name: string): Value {
  if (value instanceof Undefined) return value.fail();
  return (
    attributeOf(value, name) ?? (value instanceof Dict ? value.get(name) : undefined) ?? missing(value, name)
  );
}

/** `value[key]`: the member, else for a text key the attribute, else undefined. */
export function itemOrAttribute(value: Value, key: Value, work: Work): Value {
  if (value instanceof Undefined) return value.fail();
  const item = itemOf(value, key, work);
  if (item !== undefined) return item;
  const name = textOf(key);
  if (name === null) return new Undefined(`${objectName(value)} has no element ${toRepr(key)}`);
  return attributeOf(value, name) ?? missing(value, name);
}

/**
 * An attribute of a Python object; undefined when Python has none of that name.
 * @throws TemplateError for attributes that Python has and templates here do not reach
 */
export function attributeOf(value: Value, name: string): Value | undefined {
  if (value instanceof Namespace) {
    const member = value.attribute(name);
    if (member !== undefined) return member;
  }
  if (name.startsWith('__') && name.endsWith('__')) {
    throw new TemplateError(`access to attribute '${name}' of '${typeName(value)}' object is unsafe.`);
  }
  const text = textOf(value);
  if (text !== null) return stringMethod(text, name, value instanceof Markup, access);
  const number = numberAttribute(value, name);
  if (number !== undefined) return number;
  return containerMethod(value, name) ?? (hasAttributes(value) ? value.attribute(name) : undefined);
}

/** `value[start:stop:step]`. */
export function sliced(value: Value, slice: Slice): Value {
  if (value instanceof Undefined) return value.fail();
  const text = textOf(value);
  if (text !== null) {
    const chosen = chosenOf(charactersOf(text), slice).join('');
    return value instanceof Markup ? new Markup(chosen) : chosen;
  }
  if (Array.isArray(value)) return chosenOf(value, slice);
  if (value instanceof Tuple) return new Tuple(chosenOf(value.items, slice));
  if (value instanceof Range) {
    const [first, last, step] = bounds(slice, value.length);
    return new Range(value.start + first * value.step, value.start + last * value.step, value.step * step);
  }
  // a slice is not hashable and names no attribute
  return new Undefined(`${objectName(value)} has no element slice`);
}

function missing(value: Value, name: string): Undefined {
  return new Undefined(`'${objectName(value)}' has no attribute ${textRepr(name)}`);
}

function itemOf(value: Value, key: Value, work: Work): Value | undefined {
  work.spend(1);
  if (value instanceof Dict) return value.get(key);
  const index = numberOf(key);
  if (typeof index !== 'bigint') return undefined;
  const text = textOf(value);
  if (text !== null) {
    const char = charactersOf(text).at(Number(index));
    return char === undefined || !(value instanceof Markup) ? char : new Markup(char);
  }
  if (Array.isArray(value)) return value.at(Number(index));
  if (value instanceof Tuple) return value.items.at(Number(index));
  if (!(value instanceof Range)) return undefined;
  const at = index < 0n ? index + length(value) : index;
  return at >= 0n && at < value.length ? value.start + at * value.step : undefined;
}

function chosenOf<T>(items: readonly T[], slice: Slice): T[] {
  const [first, last, step] = bounds(slice, BigInt(items.length));
  const chosen: T[] = [];
  for (let at = first; step > 0n ? at < last : at > last; at += step) {
    const item = items[Number(at)];
    if (item !== undefined) chosen.push(item);
  }
  return chosen;
}

function bounds(slice: Slice, size: bigint): readonly [bigint, bigint, bigint] {
  const step = slice.step === null ? 1n : sliceIndex(slice.step);
  if (step === 0n) throw new TemplateError('slice step cannot be zero');
  const [lowest, highest] = step > 0n ? [0n, size] : [-1n, size - 1n];
  const clamp = (given: Value, otherwise: bigint): bigint => {
    if (given === null) return otherwise;
    const index = sliceIndex(given);
    const at = index < 0n ? index + size : index;
    return at < lowest ? lowest : at > highest ? highest : at;
  };
  return step > 0n
    ? [clamp(slice.start, lowest), clamp(slice.stop, highest), step]
    : [clamp(slice.start, highest), clamp(slice.stop, lowest), step];
}

function sliceIndex(value: Value): bigint {
  if (typeof value === 'number' || textOf(value) !== null) {
    throw new TemplateError('slice indices must be integers or None or have an __index__ method');
  }
  return integerOf(value);
}

const numberAttributes: ReadonlySet<string> = new Set([
  'as_integer_ratio',
  'bit_count',
  'bit_length',
  'conjugate',
  'denominator',
  'from_bytes',
  'fromhex',
  'hex',
  'imag',
  'numerator',
  'real',
  'to_bytes',
]);

function numberAttribute(value: Value, name: string): Value | undefined {
  if (numberOf(value) === null) return undefined;
  if (name === 'is_integer' && typeof value === 'number') {
    return new Callable(name, () => Number.isInteger(value));
  }
  if (numberAttributes.has(name)) {
    throw new TemplateError(`'${typeName(value)}.${name}' is not supported in prompt messages`);
  }
  return undefined;
}
