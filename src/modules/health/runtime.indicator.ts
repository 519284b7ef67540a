import type { HealthIndicatorService, HealthIndicatorResult } from '@nestjs/terminus';
import type { RuntimeSource } from '../../common/ports/runtime.js';

/** Whether there are endpoints to call. */
export class RuntimeIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly runtimes: RuntimeSource,
  ) {}

  check(): HealthIndicatorResult<'runtime'> {
    const session = this.indicators.check('runtime');
    return this.runtimes.current() === null ? session.down('the server has no Runtime') : session.up();
  }
}
