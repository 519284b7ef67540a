import { describe, expect, it } from 'vitest';
import type { AuthEvent } from '../../../src/modules/auth/auth-journal.js';
import { RecordLimit } from '../../../src/modules/auth/record-limit.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { RecordingLog } from '../../fakes/recording-log.js';

function theLimit() {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const limit = new RecordLimit(clock, log);
  const recorded = (times: number, ip: string | null, type: AuthEvent['type'] = 'auth.denied'): number =>
    Array.from({ length: times }, () => limit.hasRoomFor({ type, ip })).filter(Boolean).length;
  return { clock, log, recorded };
}

describe('RecordLimit', () => {
  it('has room for each in ordinary times', () => {
    const { recorded, log } = theLimit();
    expect(recorded(30, '192.0.2.1')).toBe(30);
    expect(log.lines).toEqual([]);
  });

  it('has room for some of a flood from one address, and for those of others', () => {
    const { recorded, log, clock } = theLimit();
    expect(recorded(500, '192.0.2.1')).toBe(30);
    expect(recorded(1, '192.0.2.2')).toBe(1);
    expect(recorded(1, '192.0.2.1', 'auth.token')).toBe(1);
    expect(log.lines).toHaveLength(1);
    clock.advance(60_000);
    expect(recorded(1, '192.0.2.1')).toBe(1);
  });

  it('has room for some of a flood from everywhere', () => {
    const { recorded } = theLimit();
    const rooms = Array.from({ length: 5_000 }, (_each, index) => recorded(1, `192.0.2.${index}`));
    expect(rooms.filter((room) => room === 1)).toHaveLength(600);
  });

  it('takes the addresses of one IPv6 network for one sender', () => {
    const { recorded } = theLimit();
    const rooms = Array.from({ length: 100 }, (_each, index) => recorded(1, `2001:db8::${index}`));
    expect(rooms.filter((room) => room === 1)).toHaveLength(30);
  });
});
