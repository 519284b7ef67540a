import type { HealthIndicatorService, HealthIndicatorResult } from '@nestjs/terminus';
import type { RuntimeSource } from '../../common/ports/runtime.js';

/** Whether there are endpoints to call, and processes for those that need them. */
export class RuntimeIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly runtimes: RuntimeSource,
  ) {}

  check(): HealthIndicatorResult<'runtime'> {
    const session = this.indicators.check('runtime');
    const runtime = this.runtimes.current();
    if (runtime === null) return session.down('the server is starting, stopping, or its last reload failed');
    return runtime.executors.canRun() ? session.up() : session.down('the code of the project does not start');
  }
}
