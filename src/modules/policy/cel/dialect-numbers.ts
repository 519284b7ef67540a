import { celFunc, CelScalar, celUint, type CelFunc, type CelUint } from '@bufbuild/cel';
import { RuleEvaluationError } from './rule-evaluation-error.js';

const { BOOL, DOUBLE, INT, UINT } = CelScalar;

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** The value as CEL's `int`. @throws RuleEvaluationError beyond 64 bits */
export function intOf(value: bigint): bigint {
  if (value < MIN_INT || value > MAX_INT) throw new RuleEvaluationError('int overflow');
  return value;
}

/** The value as CEL's `uint`. @throws RuleEvaluationError when negative or beyond 64 bits */
export function uintOf(value: bigint): CelUint {
  if (value < 0n || value > MAX_UINT) throw new RuleEvaluationError('uint overflow');
  return celUint(value);
}

const operations: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  '_+_': (left, right) => left + right,
  '_-_': (left, right) => left - right,
  '_*_': (left, right) => left * right,
  '_/_': (left, right) => left / nonZero(right),
  '_%_': (left, right) => left % nonZero(right),
};

/** `1u + 1`: the left operand's type is the result's. */
export const mixedArithmetic: readonly CelFunc[] = Object.entries(operations).flatMap(([name, operate]) => [
  celFunc(name, [UINT, INT], UINT, (left, right) => uintOf(operate(left.value, right))),
  celFunc(name, [INT, UINT], INT, (left, right) => intOf(operate(left, right.value))),
]);

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '_<_': (left, right) => left < right,
  '_<=_': (left, right) => left <= right,
  '_>_': (left, right) => left > right,
  '_>=_': (left, right) => left >= right,
};

/** `1 < 2 < 3`: a truth value on the left counts as 1 or 0. */
export const truthComparisons: readonly CelFunc[] = Object.entries(comparisons).flatMap(([name, compare]) => [
  celFunc(name, [BOOL, INT], BOOL, (left, right) => compare(Number(left), Number(right))),
  celFunc(name, [BOOL, UINT], BOOL, (left, right) => compare(Number(left), Number(right.value))),
  celFunc(name, [BOOL, DOUBLE], BOOL, (left, right) => compare(Number(left), ordered(right))),
]);

/**
 * The official ones, except that NaN compares with nothing: every limit in a rule would let it pass, and
 * callers may send it for a `number`.
 */
export const doubleComparisons: readonly CelFunc[] = Object.entries(comparisons).flatMap(
  ([name, compare]) => [
    celFunc(name, [DOUBLE, DOUBLE], BOOL, (left, right) => compare(ordered(left), ordered(right))),
    celFunc(name, [DOUBLE, INT], BOOL, (left, right) => compare(ordered(left), Number(right))),
    celFunc(name, [INT, DOUBLE], BOOL, (left, right) => compare(Number(left), ordered(right))),
    celFunc(name, [DOUBLE, UINT], BOOL, (left, right) => compare(ordered(left), Number(right.value))),
    celFunc(name, [UINT, DOUBLE], BOOL, (left, right) => compare(Number(left.value), ordered(right))),
  ],
);

function ordered(value: number): number {
  if (Number.isNaN(value)) throw new RuleEvaluationError('NaN has no order');
  return value;
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new RuleEvaluationError('divide by zero');
  return divisor;
}
