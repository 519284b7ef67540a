import { integer, strict } from '../../../common/yaml/fields.js';

/** `limits` of the site file; 0 means none (endpoints.md §3.1). */
export const limitsSchema = strict({
  rows: integer({ min: 0 }).optional(),
  bytes: integer({ min: 0 }).optional(),
  timeout_ms: integer({ min: 0 }).optional(),
});
