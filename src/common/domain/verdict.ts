/** One rule that was looked at: `input[0]` and its condition. */
export interface EvaluatedRule {
  readonly label: string;
  readonly condition: string;
  /** What the rule answered; null when it could not be evaluated. */
  readonly fired: boolean | null;
}

/** What policy decided about a call, as a value; nothing is enforced until the recorder has seen it. */
export type Verdict<T> = {
  readonly evaluated: readonly EvaluatedRule[];
} & (
  | { readonly decision: 'none'; readonly value: T }
  | { readonly decision: 'allow'; readonly value: T }
  | { readonly decision: 'warn'; readonly value: T; readonly reason: string }
  | {
      readonly decision: 'deny';
      /** Text for the caller: the rule's own reason or the default. */
      readonly reason: string;
      readonly stage: 'input' | 'output';
      /** True when a rule could not be evaluated; `detail` says why, for log and audit only. */
      readonly failed: boolean;
      readonly detail: string | null;
    }
);
