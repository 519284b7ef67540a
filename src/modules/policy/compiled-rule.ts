import type { PolicyRule } from '../../common/domain/endpoint.js';
import type { Condition } from './cel/condition.js';
import type { Redaction } from './field-redaction.js';

/** What a rule does once its condition holds. */
export type Effect =
  | { readonly kind: 'deny'; readonly reason: string | null }
  | { readonly kind: 'redact'; readonly redaction: Redaction }
  /** Redacting input has no effect; the rule is still evaluated, because its failure denies. */
  | { readonly kind: 'nothing' }
  /** The rule is unusable: firing denies with this reason. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly detail: string };

/** One rule, ready to be asked. */
export interface CompiledRule {
  /** `input[0]`, `output[1]`. */
  readonly label: string;
  readonly rule: PolicyRule;
  /** The condition, or why there is none: then the rule denies whenever it is asked. */
  readonly condition: Condition | { readonly broken: string };
  readonly effect: Effect;
}

/** The rules of one stage of an endpoint. */
export interface CompiledStage {
  readonly stage: 'input' | 'output';
  readonly rules: readonly CompiledRule[];
  /** Every variable that some rule names. */
  readonly variables: readonly string[];
}

export interface CompiledPolicies {
  readonly input: CompiledStage;
  readonly output: CompiledStage;
}
