import { describe, expect, it } from 'vitest';
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

  it('takes a line of many pieces in time that grows with its length only', () => {
    const piece = 'x'.repeat(64 * 1024);
    const timeOf = (count: number): number => {
      const started = performance.now();
      framed([...Array.from({ length: count }, () => piece), '\n'], 1e9);
      return performance.now() - started;
    };
    timeOf(50);

    // quadratic copies would take a hundred times as long
    expect(timeOf(500)).toBeLessThan(40 * Math.max(timeOf(50), 2));
  });
});
