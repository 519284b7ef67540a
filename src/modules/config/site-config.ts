import { z } from 'zod';
import { flag, integer, strict, text } from '../../common/yaml/fields.js';
import { auditSchema } from './schema/audit-schema.js';
import { providerNames } from './schema/auth-schema.js';
import { dbtSchema } from './schema/dbt-schema.js';
import { duckdbSchema } from './schema/duckdb-schema.js';
import { limitsSchema } from './schema/limits-schema.js';
import { pathsSchema } from './schema/paths-schema.js';
import { sqlToolsSchema } from './schema/sql-tools-schema.js';

const plugin = strict({ name: text(), module: text(), config: text().nullish() });

const extension = strict({
  name: text(),
  repo: z.enum(['community', 'core_nightly']).nullish(),
}).meta({ type: ['object', 'string'] });

/** One entry of `profiles` in the site file. */
const siteProfile = strict({
  duckdb: duckdbSchema.optional(),
  drift: strict({ path: text().nullish(), schedule: text().nullish() }).optional(),
  audit: auditSchema.optional(),
  auth: strict({ enabled: flag().optional(), provider: z.enum(providerNames).optional() }).optional(),
});

/** How Python endpoints run (python.md §9.1). */
export const pythonSchema = strict({
  interpreter: text().nullable().optional(),
  workers: integer({ min: 1 }).optional(),
});

const orNull = { type: ['object', 'null'] };

/** `mxcp-site.yml`, after `normaliseSite` (configuration.md §3, §19). */
export const siteDocument = strict({
  mxcp: z.literal(1).optional(),
  project: text(),
  profile: text(),
  secrets: z
    .array(text())
    .meta({ type: ['array', 'string', 'null'] })
    .optional(),
  plugin: z
    .array(plugin)
    .meta({ type: ['array', 'object', 'null'] })
    .optional(),
  extensions: z
    .array(extension)
    .meta({ type: ['array', 'object', 'string', 'null'] })
    .optional(),
  dbt: dbtSchema.meta(orNull).optional(),
  sql_tools: sqlToolsSchema.meta(orNull).optional(),
  paths: pathsSchema.meta(orNull).optional(),
  limits: limitsSchema.optional(),
  python: pythonSchema.optional(),
  profiles: z.record(z.string(), siteProfile).meta(orNull).optional(),
});

export type SiteDocument = z.output<typeof siteDocument>;
export type SiteProfileDocument = z.output<typeof siteProfile>;
