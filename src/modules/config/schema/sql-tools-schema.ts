import { z } from 'zod';
import { flag, strict, text } from '../../../common/yaml/fields.js';
import { policiesSchema } from './policies-schema.js';

const tool = strict({ description: text().check(z.minLength(1)).nullish() });

/** `sql_tools` of the site file (configuration.md §3, policies.md §2). */
export const sqlToolsSchema = strict({
  enabled: flag().optional(),
  readonly: flag().optional(),
  execute_sql_query: tool.optional(),
  list_tables: tool.optional(),
  get_table_schema: tool.optional(),
  policies: policiesSchema.nullish(),
});
