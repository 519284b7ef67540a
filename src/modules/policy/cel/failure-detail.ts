import type { CelError } from '@bufbuild/cel';
import { RuleEvaluationError } from './rule-evaluation-error.js';

/** The library's messages that name types and functions only; the others may quote the data. */
const safe =
  /no matching overload for .*|type mismatch: .*|unbound function: .*|\w* ?divide by zero|\w* ?modulus by zero|\w+ overflow/;

const phrases: readonly (readonly [RegExp, string])[] = [
  [/^unresolved attribute/, 'unknown variable'],
  [/^field not found/, 'no such field'],
  [/out of bounds/, 'index out of range'],
  [/^error parsing regexp/, 'invalid regular expression'],
];

/** Why a condition could not be evaluated, for log and audit: no values, and the character of the condition where it happened. */
export function failureDetail(error: CelError, positions: Readonly<Record<string, number>>): string {
  const offset = error.exprId === undefined ? undefined : positions[error.exprId.toString()];
  const cause = reason(error);
  return offset === undefined ? cause : `${cause} at character ${offset + 1}`;
}

function reason(error: CelError): string {
  const own = RuleEvaluationError.reasonIn(error.message);
  if (own !== null) return own;
  const phrase = phrases.find(([pattern]) => pattern.test(error.message));
  if (phrase !== undefined) return phrase[1];
  return safe.exec(error.message)?.[0] ?? 'evaluation failed';
}
