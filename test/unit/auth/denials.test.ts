import { describe, expect, it } from 'vitest';
import { AuditFailedError } from '../../../src/common/errors/server-errors.js';
import type { AuthEvent } from '../../../src/modules/auth/auth-journal.js';
import { Denials } from '../../../src/modules/auth/denials.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { RecordingLog } from '../../fakes/recording-log.js';

function theDenials(failure: Error | null = null) {
  const events: AuthEvent[] = [];
  const clock = new FakeClock();
  const log = new RecordingLog();
  const record = (event: AuthEvent): Promise<void> => {
    if (failure !== null) return Promise.reject(failure);
    events.push(event);
    return Promise.resolve();
  };
  const denials = new Denials({ record }, clock, log);
  const refuse = (ip: string | null, correlationId = 'c') =>
    denials.record({
      type: 'auth.denied',
      status: 'error',
      reason: 'invalid_token',
      userId: null,
      clientId: null,
      correlationId,
      ip,
      userAgent: null,
    });
  return { events, clock, log, refuse };
}

describe('Denials', () => {
  it('records each in ordinary times', async () => {
    const { events, refuse, log } = theDenials();
    for (let index = 0; index < 30; index += 1) await refuse('192.0.2.1', `c-${index}`);
    expect(events.map(({ correlationId }) => correlationId)).toEqual(
      Array.from({ length: 30 }, (_each, index) => `c-${index}`),
    );
    expect(log.lines).toEqual([]);
  });

  it('records some of a flood from one address, and those of others', async () => {
    const { events, refuse, log, clock } = theDenials();
    for (let index = 0; index < 500; index += 1) await refuse('192.0.2.1');
    await refuse('192.0.2.2');
    expect(events).toHaveLength(31);
    expect(log.lines).toHaveLength(1);
    clock.advance(60_000);
    await refuse('192.0.2.1');
    expect(events).toHaveLength(32);
  });

  it('records some of a flood from everywhere', async () => {
    const { events, refuse } = theDenials();
    for (let index = 0; index < 5_000; index += 1) await refuse(`192.0.2.${index}`);
    expect(events).toHaveLength(600);
  });

  it('says so when a record cannot be kept, and goes on', async () => {
    const { refuse, log } = theDenials(new AuditFailedError());
    await refuse(null, 'c-9');
    expect(log.lines).toMatchObject([{ level: 'error', fields: { correlationId: 'c-9' } }]);
  });
});
