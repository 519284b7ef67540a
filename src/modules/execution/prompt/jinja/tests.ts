import { Bound } from './arguments.js';
import type { Test } from './calls.js';
import type { CompareOperator } from './nodes.js';
import { calculate, compare, isEqual, iteratorOrNull, lengthOrNull } from './operators.js';
import { isCased } from './string-methods.js';
import { toText } from './text.js';
import { Callable, Dict, DictView, Markup, textOf, Undefined, type Value } from './values.js';

function comparing(operator: CompareOperator): Test {
  return (value, args, { work }) =>
    compare(operator, value, new Bound(operator, args, ['other']).required('other'), work);
}

const divisible: Test = (value, args, { work }) =>
  isEqual(calculate('%', value, new Bound('test_divisibleby', args, ['num']).required('num'), work), 0n);

function isSequence(value: Value): boolean {
  return lengthOrNull(value) !== null && !(value instanceof DictView);
}

function isSame(value: Value, other: Value): boolean {
  return Object.is(value, other) || (value instanceof Undefined && value === other);
}

/** Jinja2's tests, apart from `filter` and `test`, which ask for names. */
export const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['boolean', (value) => typeof value === 'boolean'],
  ['callable', (value) => value instanceof Callable],
  ['defined', (value) => !(value instanceof Undefined)],
  ['divisibleby', divisible],
  ['escaped', (value) => value instanceof Markup],
  ['even', (value, _args, { work }) => isEqual(calculate('%', value, 2n, work), 0n)],
  ['odd', (value, _args, { work }) => isEqual(calculate('%', value, 2n, work), 1n)],
  ['false', (value) => value === false],
  ['float', (value) => typeof value === 'number'],
  [
    'in',
    (value, args, { work }) =>
      compare('in', value, new Bound('test_in', args, ['seq']).required('seq'), work),
  ],
  ['integer', (value) => typeof value === 'bigint'],
  ['iterable', (value) => iteratorOrNull(value) !== null],
  ['lower', (value) => isCased(toText(value), (text) => text.toLowerCase())],
  ['mapping', (value) => value instanceof Dict],
  ['none', (value) => value === null],
  ['number', (value) => ['bigint', 'number', 'boolean'].includes(typeof value)],
  ['sameas', (value, args) => isSame(value, new Bound('test_sameas', args, ['other']).required('other'))],
  ['sequence', (value) => isSequence(value)],
  ['string', (value) => textOf(value) !== null],
  ['true', (value) => value === true],
  ['undefined', (value) => value instanceof Undefined],
  ['upper', (value) => isCased(toText(value), (text) => text.toUpperCase())],
  ...(['==', 'eq', 'equalto'] as const).map((name) => [name, comparing('==')] as const),
  ...(['!=', 'ne'] as const).map((name) => [name, comparing('!=')] as const),
  ...(['>', 'gt', 'greaterthan'] as const).map((name) => [name, comparing('>')] as const),
  ...(['>=', 'ge'] as const).map((name) => [name, comparing('>=')] as const),
  ...(['<', 'lt', 'lessthan'] as const).map((name) => [name, comparing('<')] as const),
  ...(['<=', 'le'] as const).map((name) => [name, comparing('<=')] as const),
]);
