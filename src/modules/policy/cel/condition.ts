import { isCelError, type CelInput, type CelResult } from '@bufbuild/cel';
import { MAX_STEPS, type EvaluationBudget } from './evaluation-budget.js';
import { failureDetail } from './failure-detail.js';
import { isTrue } from './truth.js';

/** Values of the variables a condition uses; no prototype, so that no name is found but those given. */
export type Bindings = Record<string, CelInput>;

export type Evaluation =
  | { readonly ok: true; readonly fired: boolean; readonly isBoolean: boolean }
  /** `detail` holds no data. */
  | { readonly ok: false; readonly detail: string };

/** One compiled condition. */
export class Condition {
  constructor(
    private readonly program: (bindings: Bindings) => CelResult,
    private readonly positions: Readonly<Record<string, number>>,
    private readonly budget: EvaluationBudget,
    /** The variables it needs. */
    readonly variables: readonly string[],
  ) {}

  /** Evaluates within the step budget; never throws. */
  evaluate(bindings: Bindings): Evaluation {
    this.budget.reset();
    const result = this.program(bindings);
    // even when the error was absorbed by `||`: what was cut off is no answer
    if (this.budget.exhausted) return { ok: false, detail: `evaluation took more than ${MAX_STEPS} steps` };
    if (isCelError(result)) return { ok: false, detail: failureDetail(result, this.positions) };
    return { ok: true, fired: isTrue(result), isBoolean: typeof result === 'boolean' };
  }
}
