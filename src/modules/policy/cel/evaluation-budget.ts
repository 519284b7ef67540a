import { RuleEvaluationError } from './rule-evaluation-error.js';

/**
 * Steps one evaluation may take: one for every element that a macro, `in` or a comparison of lists visits,
 * one for every 64 characters that a regular expression reads. The deepest nesting of macros over a large
 * response ends here, after about a tenth of a second, instead of holding the event loop.
 */
export const MAX_STEPS = 100_000;

/** Counts the steps of the evaluation that runs; evaluations are synchronous, so one counter serves all. */
export class EvaluationBudget {
  #left = MAX_STEPS;

  /** Starts the count of a new evaluation. */
  reset(): void {
    this.#left = MAX_STEPS;
  }

  /** @throws RuleEvaluationError once the steps are used up */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.exhausted) throw new RuleEvaluationError('out of steps');
  }

  /** True when some part of the evaluation was cut off, even if its error was absorbed by `||` or `&&`. */
  get exhausted(): boolean {
    return this.#left < 0;
  }
}
