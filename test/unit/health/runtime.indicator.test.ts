import { HealthIndicatorService } from '@nestjs/terminus';
import { describe, expect, it } from 'vitest';
import type { Runtime } from '../../../src/common/ports/runtime.js';
import { RuntimeIndicator } from '../../../src/modules/health/runtime.indicator.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

function check(runtime: Runtime | null) {
  const runtimes = Object.assign(new FixedRuntime(), { current: () => runtime });
  return new RuntimeIndicator(new HealthIndicatorService(), runtimes).check();
}

describe('RuntimeIndicator', () => {
  it('is up when there is a Runtime whose code can run', () => {
    expect(check(new FixedRuntime().runtime)).toEqual({ runtime: { status: 'up' } });
  });

  it('is down when there is no Runtime', () => {
    expect(check(null)).toMatchObject({ runtime: { status: 'down' } });
  });

  it('is down when the processes of the project’s code cannot be started', () => {
    expect(check(new FixedRuntime({ canRun: false }).runtime)).toEqual({
      runtime: { status: 'down', message: 'the code of the project does not start' },
    });
  });
});
