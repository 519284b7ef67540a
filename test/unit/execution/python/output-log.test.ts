import { describe, expect, it } from 'vitest';
import { OutputLog } from '../../../../src/modules/execution/python/output-log.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

function anOutputLog() {
  const log = new RecordingLog();
  const clock = new FakeClock();
  const output = new OutputLog(log, clock, 'info');
  return {
    log,
    clock,
    output,
    print: (text: string) => {
      output.push(Buffer.from(text));
    },
  };
}

describe('OutputLog', () => {
  it('writes what is printed as lines of the logger python', () => {
    const { log, print } = anOutputLog();

    print('one\ntw');
    print('o\n\n');

    expect(log.lines).toMatchObject([
      { level: 'info', logger: 'python', message: 'one' },
      { level: 'info', logger: 'python', message: 'two' },
    ]);
  });

  it('shows a last line without end when the stream ends', () => {
    const { log, output, print } = anOutputLog();

    print('Traceback');
    output.end();

    expect(log.lines.map((line) => line.message)).toEqual(['Traceback']);
  });

  it('cuts a long line and says how long it was', () => {
    const { log, print } = anOutputLog();

    print('x'.repeat(1_000_000));
    print('\nnext\n');

    expect(log.lines[0]?.message).toHaveLength(4096 + '… (1000000 bytes)'.length);
    expect(log.lines[0]?.message).toMatch(/x… \(1000000 bytes\)$/);
    expect(log.lines[1]?.message).toBe('next');
  });

  it('drops a flood, says how much, and goes on afterwards', () => {
    const { log, clock, print } = anOutputLog();

    print('flood\n'.repeat(10_000));
    expect(log.lines).toHaveLength(200);
    clock.advance(1000);
    print('calm\n');

    expect(log.lines.slice(200)).toMatchObject([
      { level: 'warning', fields: { lines: 9800 } },
      { message: 'calm' },
    ]);
  });
});
