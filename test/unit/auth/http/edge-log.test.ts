import { describe, expect, it } from 'vitest';
import { EdgeLog } from '../../../../src/modules/auth/http/edge-log.js';
import { hostRefusal } from '../../../../src/modules/auth/http/host-check.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

const visitor = { correlationId: 'c-1', ip: '192.0.2.1' };

describe('EdgeLog', () => {
  it('tells of each refused host once in a minute', () => {
    const log = new RecordingLog();
    const clock = new FakeClock();
    const edgeLog = new EdgeLog(log, clock);
    const told = (host: string): number => {
      edgeLog.refused(hostRefusal(host), visitor);
      return log.lines.length;
    };
    expect([told('a.test'), told('a.test'), told('b.test')]).toEqual([1, 1, 2]);
    clock.advance(60_000);
    expect(told('a.test')).toBe(3);
  });

  it('is not filled by somebody who thinks of many', () => {
    const log = new RecordingLog();
    const edgeLog = new EdgeLog(log, new FakeClock());
    for (let name = 0; name < 1_000; name++) edgeLog.refused(hostRefusal(`${name}.test`), visitor);
    expect(log.lines).toHaveLength(20);
  });
});
