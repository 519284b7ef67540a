const located = /^(.*?) (?:in|after) JSON at position (\d+)/su;
const unexpected = 'Unexpected token';

/**
 * What is wrong with JSON text and where. The engine's own message quotes the text around the error, which may
 * be a secret; this one does not.
 */
export function syntaxDetail(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const found = located.exec(message);
  if (found !== null) return `${found[1] ?? ''}: ${place(text, Number(found[2]))}`;
  if (message.startsWith(unexpected)) return `Unexpected character: ${place(text, unexpectedAt(text))}`;
  return `Unexpected end: ${place(text, text.length)}`;
}

/** The offset of the first character that no JSON text can have there, by bisection over prefixes. */
function unexpectedAt(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (hasUnexpectedToken(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return bad - 1;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof SyntaxError && error.message.startsWith(unexpected);
  }
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line} column ${offset - before.lastIndexOf('\n')} (char ${offset})`;
}
