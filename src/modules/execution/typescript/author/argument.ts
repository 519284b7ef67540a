/** An argument of author code, which may be JavaScript and pass anything, as text. */
export function asText(value: unknown): string {
  return String(value);
}

/** As `asText`, as a number. */
export function asNumber(value: unknown): number {
  return Number(value);
}
