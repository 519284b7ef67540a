import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../src/modules/mcp/line-reader.js';

function linesOf(chunks: readonly string[], limit = 100): (string | null)[] {
  const lines: (string | null)[] = [];
  const reader = new LineReader(limit, (line) => lines.push(line));
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.finish();
  return lines;
}

describe('LineReader', () => {
  it('joins the pieces of a line and splits the lines of a piece', () => {
    expect(linesOf(['{"a"', ':1}\n{"b":2}\n{"c"', ':3}\n'])).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('hands out what was left without a line break', () => {
    expect(linesOf(['one\ntwo'])).toEqual(['one', 'two']);
  });

  it('keeps a character whole that two pieces share', () => {
    const bytes = Buffer.from('é\n');
    const lines: (string | null)[] = [];
    const reader = new LineReader(10, (line) => lines.push(line));
    reader.push(bytes.subarray(0, 1));
    reader.push(bytes.subarray(1));
    expect(lines).toEqual(['é']);
  });

  it('skips a line that is too long and goes on with the next', () => {
    expect(linesOf(['12345', '678901\nshort\n'], 8)).toEqual([null, 'short']);
  });
});
