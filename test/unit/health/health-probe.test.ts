import { describe, expect, it } from 'vitest';
import { DrainState } from '../../../src/modules/health/drain-state.js';
import { HealthProbe } from '../../../src/modules/health/health-probe.js';
import { FakeClock } from '../../fakes/fake-clock.js';

function aProbe() {
  const clock = new FakeClock();
  const drain = new DrainState();
  const state = { audit: 'up', database: 'up' };
  let asked = 0;
  let database = (): Promise<void> => Promise.resolve();
  const probe = new HealthProbe(
    clock,
    drain,
    [{ check: () => ({ audit: { status: state.audit, message: 'disk full' } }) }],
    {
      check: async () => {
        asked += 1;
        await database();
        return { database: { status: state.database, message: 'the database does not answer' } };
      },
    },
    '1.2.3',
  );
  return {
    clock,
    drain,
    state,
    probe,
    asked: () => asked,
    hang: () => {
      database = () => new Promise(() => undefined);
    },
  };
}

describe('HealthProbe.ready', () => {
  it('reports every check', async () => {
    expect(await aProbe().probe.ready()).toEqual({
      status: 'ready',
      checks: { database: true, cache: true, dependencies: true, audit: true, runtime: true },
      details: {},
    });
  });

  it('names what is down', async () => {
    const { probe, state } = aProbe();
    state.audit = 'down';
    state.database = 'down';
    expect(await probe.ready()).toMatchObject({
      status: 'not_ready',
      checks: { database: false, audit: false, runtime: true },
      details: { database: 'the database does not answer', audit: 'disk full' },
    });
  });

  it('asks the database once in half a minute while it answers', async () => {
    const { probe, clock, asked } = aProbe();
    await probe.ready();
    clock.advance(29_000);
    await probe.ready();
    expect(asked()).toBe(1);
    clock.advance(2000);
    await probe.ready();
    expect(asked()).toBe(2);
  });

  it('answers from memory while the database is slow', async () => {
    const { probe, clock, hang } = aProbe();
    await probe.ready();
    hang();
    clock.advance(31_000);
    expect(await probe.ready()).toMatchObject({ status: 'ready' });
  });

  it('sees at once that an outage is over', async () => {
    const { probe, state } = aProbe();
    state.database = 'down';
    await probe.ready();
    state.database = 'up';
    expect(await probe.ready()).toMatchObject({ status: 'ready' });
  });

  it('turns away traffic once the process stops', async () => {
    const { probe, drain } = aProbe();
    drain.drain();
    expect(await probe.ready()).toEqual({ status: 'not_ready', reason: 'shutting_down' });
  });
});

describe('HealthProbe.health', () => {
  it('has the body that monitors know', () => {
    const { probe, clock } = aProbe();
    clock.advance(61_500);
    expect(probe.health()).toEqual({
      status: 'healthy',
      timestamp: clock.now().toISOString(),
      version: '1.2.3',
      uptime_seconds: 61,
      circuitBreaker: { state: 'closed', failures: 0, openedAt: null, breakers: {} },
    });
  });

  it('is degraded, never dead, when a dependency is', async () => {
    const { probe, state } = aProbe();
    state.database = 'down';
    await probe.ready();
    expect(probe.health().status).toBe('degraded');
  });

  it('does not wait for a database that hangs', () => {
    const { probe, hang } = aProbe();
    hang();
    expect(probe.health().status).toBe('healthy');
  });
});
