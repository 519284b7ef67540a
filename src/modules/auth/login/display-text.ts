const LONGEST = 80;

/**
 * A text that somebody else chose, as one short line: without control, invisible and bidirectional characters, which
 * could make it read as something else.
 */
export function displayText(text: string, longest = LONGEST): string {
  const line = text
    .normalize('NFC')
    .replace(/[\p{Z}\s]+/gu, ' ')
    // the second set: letters without a shape
    .replace(/\p{C}|[\u115f\u1160\u3164\uffa0]/gu, '')
    // marks piled up would cover the lines around
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}

/** A text as RFC 6749 allows it in `error_description`: short, printable ASCII without quotes and backslashes. */
export function descriptionText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]+|["\\]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 200);
}
