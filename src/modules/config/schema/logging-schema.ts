import { z } from 'zod';
import { flag, integer, strict, text } from '../../../common/yaml/fields.js';

/** `logging` of the user file (configuration.md §14, operations.md §9). */
export const loggingSchema = strict({
  enabled: flag().optional(),
  path: text().nullish(),
  level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']).optional(),
  max_bytes: integer().optional(),
  backup_count: integer().optional(),
  format: z.enum(['json', 'text']).nullish(),
  access_ip: flag().optional(),
  includeStack: flag().nullish(),
});
