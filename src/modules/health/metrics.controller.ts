import { Controller, Get, Inject, NotFoundException, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../common/nest/public.decorator.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Metrics } from '../../common/ports/metrics.js';

/** What a Prometheus server scrapes (telemetry.md §6). */
@Public()
@Controller()
export class MetricsController {
  constructor(
    @Inject(LoadedConfig) private readonly loaded: LoadedConfig,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** 404 while metrics are off. */
  @Get('metrics')
  async print(@Res() reply: FastifyReply): Promise<void> {
    if (!this.loaded.config.metrics.enabled) throw new NotFoundException();
    const { text, contentType } = await this.metrics.print();
    await reply.header('content-type', contentType).send(text);
  }
}
