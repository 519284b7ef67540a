/** A parameter of a challenge; null leaves it out. */
export type ChallengeParameter = readonly [name: string, value: string | null];

/** A `WWW-Authenticate` value (RFC 9110 §11.6.1), its parameters as quoted strings. */
export function challenge(scheme: string, parameters: readonly ChallengeParameter[]): string {
  const written = parameters.flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${quoted(value)}"`],
  );
  return written.length === 0 ? scheme : `${scheme} ${written.join(', ')}`;
}

/** What a quoted string cannot hold is left out: a header is ASCII, and one line. */
function quoted(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&');
}
