import { z } from 'zod';
import { flag, strict } from '../../../common/yaml/fields.js';
import { pythonSchema, siteDocument } from '../site-config.js';
import { userDocument } from '../user-config.js';
import { auditSchema } from './audit-schema.js';
import { providerNames } from './auth-schema.js';
import { duckdbSchema, poolSchema } from './duckdb-schema.js';
import { limitsSchema } from './limits-schema.js';
import { loggingSchema } from './logging-schema.js';
import { cacheSchema, reloadSchema, serverSchema, shutdownSchema } from './operations-schema.js';
import { pathsSchema } from './paths-schema.js';
import { sqlToolsSchema } from './sql-tools-schema.js';
import { telemetrySchema } from './telemetry-schema.js';
import { httpSchema, transportSchema } from './transport-schema.js';

const site = siteDocument.shape;
const siteProfile = site.profiles.unwrap().valueType.shape;
const user = userDocument.shape;

/** `config/defaults.yml`: the files' own sections, with every key that has a default. */
export const defaultsDocument = strict({
  site: strict({
    paths: pathsSchema.required(),
    limits: limitsSchema.required(),
    sql_tools: sqlToolsSchema.pick({ enabled: true, readonly: true, policies: true }).required(),
    dbt: site.dbt,
    python: pythonSchema.required(),
  }),
  site_profile: strict({
    duckdb: duckdbSchema.extend({ pool: poolSchema.required() }).required(),
    drift: siteProfile.drift,
    audit: auditSchema.required(),
  }),
  user: strict({
    transport: transportSchema.extend({ http: httpSchema.required() }).required(),
    logging: loggingSchema.required(),
    vault: user.vault,
    onepassword: user.onepassword,
    models: user.models,
    reload: reloadSchema.required(),
    shutdown: shutdownSchema.required(),
    health: user.health,
    rate_limit: user.rate_limit,
    circuit_breaker: user.circuit_breaker,
    cache: cacheSchema.required(),
    http_client: user.http_client,
    observability: user.observability,
    session: user.session,
    streaming: user.streaming,
    server: serverSchema.required(),
  }),
  user_profile: strict({
    auth: strict({ enabled: flag(), mode: z.enum(['issuer', 'verifier']), provider: z.enum(providerNames) }),
    telemetry: telemetrySchema.extend({ metrics: telemetrySchema.shape.metrics.unwrap().required() }),
  }),
  environment: strict({ METRICS_ENABLED: flag() }),
});

export type Defaults = z.output<typeof defaultsDocument>;
