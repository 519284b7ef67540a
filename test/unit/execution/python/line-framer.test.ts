import { describe, expect, it, vi } from 'vitest';
import { LineFramer } from '../../../../src/modules/execution/python/line-framer.js';

function framed(chunks: readonly (string | Buffer)[], maxBytes = 1000) {
  const lines: string[] = [];
  let overflows = 0;
  const framer = new LineFramer(
    maxBytes,
    (line) => lines.push(line),
    () => {
      overflows += 1;
    },
  );
  for (const chunk of chunks) framer.push(Buffer.from(chunk));
  return { lines, overflows };
}

describe('LineFramer', () => {
  it('gives whole lines, however they are cut', () => {
    expect(framed(['{"a"', ':1}\n{"b":2}\n\n{"c', '":3}\n']).lines).toEqual([
      '{"a":1}',
      '{"b":2}',
      '',
      '{"c":3}',
    ]);
  });

  it('joins a character whose bytes come apart', () => {
    const bytes = Buffer.from('"ä€🙂"\n');

    expect(framed([...bytes].map((byte) => Buffer.of(byte))).lines).toEqual(['"ä€🙂"']);
  });

  it('keeps nothing of a line beyond the limit, tells it once and goes on', () => {
    const { lines, overflows } = framed(['12345', '67890', '12345\nshort\n', '1234567890\n'], 10);

    expect(lines).toEqual(['short', '1234567890']);
    expect(overflows).toBe(1);
  });

  it('gives no line that has not ended', () => {
    expect(framed(['half']).lines).toEqual([]);
  });

  it('copies the pieces of a long line once only', () => {
    const concat = vi.spyOn(Buffer, 'concat');

    const { lines } = framed([...Array.from({ length: 100 }, () => 'x'.repeat(100)), '\n'], 1e6);

    expect(lines).toEqual(['x'.repeat(10_000)]);
    expect(concat).toHaveBeenCalledTimes(1);
    concat.mockRestore();
  });
});
