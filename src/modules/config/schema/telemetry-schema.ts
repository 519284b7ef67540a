import { z } from 'zod';
import { anything, decimal, flag, integer, strict, text } from '../../../common/yaml/fields.js';

const tracing = strict({
  enabled: flag().optional(),
  console_export: flag().optional(),
  sample_ratio: decimal()
    .refine((ratio) => ratio >= 0 && ratio <= 1, 'Input should be between 0 and 1')
    .optional(),
});

const metrics = strict({
  enabled: flag().optional(),
  export_interval: integer({ min: 1 }).optional(),
  prometheus_port: integer({ min: 0 }).nullish(),
  prometheus_host: text().optional(),
  aliases: flag().optional(),
  buckets: z.array(decimal()).optional(),
});

/** `telemetry` of a profile in the user file (telemetry.md §1). */
export const telemetrySchema = strict({
  enabled: flag().optional(),
  endpoint: text().nullish(),
  headers: z.record(z.string(), text()).nullish(),
  service_name: text().nullish(),
  service_version: text().nullish(),
  environment: text().nullish(),
  resource_attributes: z.record(z.string(), anything()).nullish(),
  tracing: tracing.optional(),
  metrics: metrics.optional(),
});
