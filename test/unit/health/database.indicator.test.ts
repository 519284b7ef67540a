import { HealthIndicatorService } from '@nestjs/terminus';
import { describe, expect, it } from 'vitest';
import type { Runtime, RuntimeSource } from '../../../src/common/ports/runtime.js';
import { DatabaseIndicator } from '../../../src/modules/health/database.indicator.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

const { runtime } = new FixedRuntime();
const unanswering: Runtime = {
  ...runtime,
  database: {
    open: (request) => runtime.database.open(request),
    ping: () => Promise.reject(new Error('/srv/db is closed')),
    describe: () => Promise.resolve([]),
    pool: () => ({ idle: 1, inUse: 0, waiting: 0 }),
  },
};

function check(source: { current(): Runtime | null; isPaused?(): boolean }) {
  const runtimes: RuntimeSource = {
    use: (work) => work(runtime),
    current: () => source.current(),
    isPaused: () => source.isPaused?.() ?? false,
  };
  return new DatabaseIndicator(new HealthIndicatorService(), runtimes).check();
}

describe('DatabaseIndicator', () => {
  it('is up when the database answers', async () => {
    expect(await check({ current: () => runtime })).toEqual({ database: { status: 'up' } });
  });

  it('is down, without the words of the driver, when it does not', async () => {
    expect(await check({ current: () => unanswering })).toEqual({
      database: { status: 'down', message: 'the database does not answer' },
    });
  });

  it('is down when there is no Runtime', async () => {
    expect(await check({ current: () => null })).toMatchObject({ database: { status: 'down' } });
  });

  it('is up while a reload has the database closed', async () => {
    expect(await check({ current: () => unanswering, isPaused: () => true })).toEqual({
      database: { status: 'up' },
    });
  });

  it('is up when the database that does not answer was replaced meanwhile', async () => {
    const runtimes = [unanswering, runtime];

    expect(await check({ current: () => runtimes.shift() ?? runtime })).toEqual({
      database: { status: 'up' },
    });
  });
});
