import { ConditionCompiler } from '../../src/modules/policy/cel/condition-compiler.js';
import type { Bindings, Evaluation } from '../../src/modules/policy/cel/condition.js';

/** What a condition answers, by a compiler of its own. */
export function evaluate(text: string, bindings: Bindings = {}): Evaluation {
  const compiled = new ConditionCompiler().compile(text, new Map());
  if (!compiled.ok) throw new TypeError(compiled.reason);
  return compiled.condition.evaluate(Object.assign(Object.create(null) as Bindings, bindings));
}
