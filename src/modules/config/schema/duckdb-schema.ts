import { flag, integer, strict, text } from '../../../common/yaml/fields.js';

/** `duckdb.pool` (operations.md §7); a null size is derived from the number of CPUs. */
export const poolSchema = strict({
  size: integer({ min: 1 }).nullish(),
  max_overflow: integer({ min: 0 }).optional(),
  acquire_timeout_ms: integer({ min: 0 }).optional(),
  max_age_s: integer({ min: 0 }).optional(),
  pre_ping: flag().optional(),
});

/** `duckdb` of a profile in the site file (configuration.md §3, operations.md §7). */
export const duckdbSchema = strict({
  path: text().nullish(),
  readonly: flag().optional(),
  pool: poolSchema.optional(),
  statement_timeout_ms: integer({ min: 0 }).nullish(),
  memory_limit: text().nullish(),
  threads: integer({ min: 1 }).nullish(),
  temp_directory: text().nullish(),
});
