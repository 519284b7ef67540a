import { toJsonText } from '../../common/domain/json-text.js';
import type { Output } from '../../common/domain/output.js';
import { OutputTooLargeError } from '../../common/errors/endpoint-errors.js';

/**
 * The answer as the text an MCP client gets, or null for content blocks.
 * @param limitBytes cap of the answer; 0 for none
 * @throws OutputTooLargeError when it is larger
 */
export function answerText(output: Output, limitBytes: number): string | null {
  const text =
    output.kind === 'value'
      ? typeof output.value === 'string'
        ? output.value
        : toJsonText(output.value)
      : null;
  if (limitBytes === 0) return text;
  const bytes = text === null ? contentBytes(output) : Buffer.byteLength(text);
  if (bytes > limitBytes) {
    throw new OutputTooLargeError(
      `The answer has ${bytes} bytes, more than the ${limitBytes} allowed. ` +
        'Ask for less: fewer rows or columns, a narrower filter, a LIMIT; or raise limits.bytes.',
    );
  }
  return text;
}

function contentBytes(output: Output): number {
  return output.kind === 'content' ? Buffer.byteLength(JSON.stringify(output.blocks)) : 0;
}
