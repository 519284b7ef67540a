import { parseJsonText } from '../../../common/domain/json-text.js';
import type { JsonValue } from '../../../common/domain/json.js';

/** Levels of nesting that JSON inside a string may have; request bodies have their own limit. */
const deepest = 128;

/** The value of JSON text; undefined when it is not JSON or nested beyond reason. */
export function parseJsonArgument(text: string): JsonValue | undefined {
  if (!isShallow(text)) return undefined;
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One pass over the text, so that nothing after it has to fear for the stack. */
function isShallow(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (quoted) {
      if (unit === backslash) index += 1;
      else if (unit === quote) quoted = false;
    } else if (unit === quote) quoted = true;
    else if (unit === openBracket || unit === openBrace) {
      depth += 1;
      if (depth > deepest) return false;
    } else if (unit === closeBracket || unit === closeBrace) depth -= 1;
  }
  return true;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
