/** What a caller reads when a rule cannot be evaluated (policies.md §4). */
export const ruleFailure = 'Policy evaluation error';

/** What a caller reads when a rule gives no reason (policies.md §5, §6). */
export const defaultReason = {
  input: 'Access denied by policy',
  output: 'Output blocked by policy',
} as const;
