import { z } from 'zod';
import { flag, integer, strict, text } from '../../../common/yaml/fields.js';

/** `audit` of a profile in the site file (audit.md §1). */
export const auditSchema = strict({
  enabled: flag().optional(),
  path: text().nullish(),
  max_file_size: integer().optional(),
  retention_days: z.record(z.string(), integer({ min: 0 }).nullable()).optional(),
  redact_keys: z.array(text()).optional(),
  redact_strategy: text().optional(),
  output_capture: z.enum(['none', 'summary', 'full']).optional(),
  max_value_bytes: integer({ min: 0 }).optional(),
  capture_network: flag().optional(),
  fsync: z.enum(['never', 'batch', 'always']).optional(),
  on_failure: z.enum(['block', 'continue']).optional(),
  queue_limit: integer({ min: 1 }).optional(),
  integrity: z.enum(['none', 'chain', 'signed']).optional(),
  signing_key: text().nullish(),
  compat_aliases: flag().optional(),
  cleanup_cron: text().nullish(),
});
