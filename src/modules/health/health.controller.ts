import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../common/nest/public.decorator.js';
import { HealthProbe } from './health-probe.js';
import type { HealthReport } from './health-report.js';

/** What probes and balancers ask (operations.md §5). */
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(HealthProbe) private readonly probe: HealthProbe) {}

  /** The body of operations.md §5, not terminus's. */
  @Get('health')
  health(): HealthReport {
    return this.probe.health();
  }

  @Get('health/live')
  live(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 while this process can take calls, 503 otherwise. */
  @Get(['ready', 'health/ready'])
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.probe.ready();
    await reply.code(report.status === 'ready' ? 200 : 503).send(report);
  }
}
