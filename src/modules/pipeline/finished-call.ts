import type { CallOutcome } from '../../common/domain/call.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import { valueText } from '../../common/domain/json-text.js';
import type { Answer } from '../../common/domain/output.js';
import { OutputTooLargeError } from '../../common/errors/endpoint-errors.js';

/**
 * What a call that ran to its end answers.
 * @param limitBytes cap of the answer; 0 for none
 * @throws OutputTooLargeError when it is larger
 */
export function finishedCall(endpoint: Endpoint, output: Answer, limitBytes: number): CallOutcome {
  const text = output.kind === 'value' ? valueText(output.value) : '';
  if (limitBytes > 0) refuseLarger(sizeOf(output, text), limitBytes);
  return { endpoint, output, text };
}

function refuseLarger(bytes: number, limitBytes: number): void {
  if (bytes <= limitBytes) return;
  throw new OutputTooLargeError(
    `The answer has ${bytes} bytes, more than the ${limitBytes} allowed. ` +
      'Ask for less: fewer rows or columns, a narrower filter, a LIMIT; or raise limits.bytes.',
  );
}

function sizeOf(output: Answer, text: string): number {
  return Buffer.byteLength(output.kind === 'content' ? JSON.stringify(output.blocks) : text);
}
