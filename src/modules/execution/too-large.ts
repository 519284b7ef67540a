/*
 * Answers beyond their caps, in words that let a model ask for less. The same in every language.
 */

export function tooManyRows(limit: number): string {
  return (
    `The answer has more than the ${limit} rows allowed. ` +
    'Ask for less: a narrower filter, an aggregate, a LIMIT; or raise limits.rows.'
  );
}

export function tooManyBytes(limit: number): string {
  return (
    `The answer has more than the ${limit} bytes allowed. ` +
    'Ask for less: fewer rows or columns, a narrower filter, a LIMIT; or raise limits.bytes.'
  );
}
