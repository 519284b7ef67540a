import { z } from 'zod';
import { anything, strict, text } from '../../common/yaml/fields.js';
import { authSchema } from './schema/auth-schema.js';
import { loggingSchema } from './schema/logging-schema.js';
import { modelsSchema } from './schema/models-schema.js';
import {
  cacheSchema,
  circuitBreakerSchema,
  healthSchema,
  httpClientSchema,
  observabilitySchema,
  rateLimitSchema,
  reloadSchema,
  serverSchema,
  sessionSchema,
  shutdownSchema,
  streamingSchema,
} from './schema/operations-schema.js';
import { onepasswordSchema, vaultSchema } from './schema/secret-managers-schema.js';
import { telemetrySchema } from './schema/telemetry-schema.js';
import { transportSchema } from './schema/transport-schema.js';

const secret = strict({
  name: text(),
  type: text(),
  parameters: z.record(z.string(), anything()).optional(),
});

/** One entry of `projects.<name>.profiles` in the user file. */
const userProfile = strict({
  secrets: z.array(secret).optional(),
  plugin: strict({ config: z.record(z.string(), z.record(z.string(), text())).optional() }).optional(),
  auth: authSchema.optional(),
  telemetry: telemetrySchema.nullish(),
});

const orNull = { type: ['object', 'null'] };
const project = strict({ profiles: z.record(z.string(), userProfile.meta(orNull)).meta(orNull).optional() });

/** `~/.mxcp/config.yml`, after `normaliseUser` (configuration.md §5, §19). */
export const userDocument = strict({
  mxcp: z.literal(1).optional(),
  projects: z.record(z.string(), project.meta(orNull)).meta(orNull).optional(),
  vault: vaultSchema.nullish(),
  onepassword: onepasswordSchema.nullish(),
  transport: transportSchema.optional(),
  models: modelsSchema.nullish(),
  logging: loggingSchema.optional(),
  reload: reloadSchema.optional(),
  shutdown: shutdownSchema.optional(),
  health: healthSchema.optional(),
  rate_limit: rateLimitSchema.optional(),
  circuit_breaker: circuitBreakerSchema.optional(),
  cache: cacheSchema.optional(),
  http_client: httpClientSchema.optional(),
  observability: observabilitySchema.optional(),
  session: sessionSchema.optional(),
  streaming: streamingSchema.optional(),
  server: serverSchema.optional(),
});

export type UserDocument = z.output<typeof userDocument>;
export type UserProfileDocument = z.output<typeof userProfile>;
