import type { PolicyAction } from '../../common/domain/endpoint.js';
import type { JsonValue } from '../../common/domain/json.js';
import type { EvaluatedRule, Verdict } from '../../common/domain/verdict.js';
import type { CompiledRule, CompiledStage } from './compiled-rule.js';
import { Condition, type Bindings, type Evaluation } from './cel/condition.js';
import { defaultReason, ruleFailure } from './reasons.js';

/** A verdict that refuses. */
export type Denial = Extract<Verdict<never>, { decision: 'deny' }>;

/** What the rules of a stage did, together. */
export type StageOutcome =
  | Denial
  | {
      readonly decision: 'pass';
      readonly evaluated: readonly EvaluatedRule[];
      readonly value: JsonValue;
      /** Actions that fired, each once, in the order of their first firing. */
      readonly applied: readonly PolicyAction[];
    };

/** One pass over the rules of a stage. */
export class Judgement {
  private readonly evaluated: EvaluatedRule[] = [];
  private readonly applied = new Set<PolicyAction>();

  constructor(
    private readonly stage: CompiledStage,
    /** False where fields cannot be taken out, so that a rule that wants to denies. */
    private readonly isRedactable: boolean,
    /** Told of each condition that answered neither true nor false. */
    private readonly onTruthiness: (rule: CompiledRule) => void,
  ) {}

  /** Conditions see the bindings as they are; actions accumulate on the value. */
  run(bindings: Bindings, value: JsonValue): StageOutcome {
    let current = value;
    for (const rule of this.stage.rules) {
      const evaluation = evaluate(rule, bindings);
      this.evaluated.push({
        label: rule.label,
        condition: rule.rule.condition,
        fired: evaluation.ok ? evaluation.fired : null,
      });
      if (!evaluation.ok) return this.deny(ruleFailure, `${rule.label}: ${evaluation.detail}`);
      if (!evaluation.isBoolean) this.onTruthiness(rule);
      if (!evaluation.fired) continue;
      const denial = this.refusal(rule);
      if (denial !== null) return denial;
      if (rule.effect.kind === 'redact') {
        current = rule.effect.redaction(current);
        this.applied.add(rule.rule.action);
      }
    }
    return { decision: 'pass', evaluated: this.evaluated, value: current, applied: [...this.applied] };
  }

  /** Why a rule that fired ends the call, if it does. */
  private refusal({ label, effect }: CompiledRule): Denial | null {
    const { stage } = this.stage;
    if (effect.kind === 'refuse') return this.deny(effect.reason, `${label}: ${effect.detail}`);
    if (effect.kind === 'deny') return this.deny(effect.reason ?? defaultReason[stage], null);
    return effect.kind === 'redact' && !this.isRedactable ? this.deny(defaultReason[stage], null) : null;
  }

  /** @param failure why the rule could not do its work; null when it did */
  private deny(reason: string, failure: string | null): Denial {
    const { stage } = this.stage;
    return {
      decision: 'deny',
      evaluated: this.evaluated,
      reason,
      stage,
      failed: failure !== null,
      detail: failure,
    };
  }
}

function evaluate({ condition }: CompiledRule, bindings: Bindings): Evaluation {
  if (condition instanceof Condition) return condition.evaluate(bindings);
  return { ok: false, detail: `invalid condition: ${condition.broken}` };
}
