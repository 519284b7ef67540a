const hints: readonly (readonly [RegExp, string])[] = [
  [/^=(?!=)/, 'write == to compare'],
  [/^and\b/i, 'write && for and'],
  [/^or\b/i, 'write || for or'],
];

/** What CEL writes for the operator of another language that stands where parsing stopped; empty for anything else. */
export function operatorHint(condition: string, line: number, column: number): string {
  const text = condition.split('\n')[line - 1] ?? '';
  const hint = /\bnot\s+$/i.test(text.slice(0, column - 1))
    ? 'write ! for not'
    : hints.find(([operator]) => operator.test(text.slice(column - 1)))?.[1];
  return hint === undefined ? '' : `; ${hint}`;
}
