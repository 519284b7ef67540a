import { z } from 'zod';
import { decimal, flag, integer, strict, text } from '../../../common/yaml/fields.js';

/*
 * Sections of the user file that say how a server is run (configuration.md §19; operations.md §§2, 3, 5, 10,
 * 11). Names in camelCase are those of the seeds.
 */

export const reloadSchema = strict({
  drain_timeout_ms: integer({ min: 0 }).optional(),
  on_drain_timeout: z.enum(['abort', 'cancel']).optional(),
});

export const shutdownSchema = strict({
  timeout_ms: integer({ min: 0 }).optional(),
  pre_stop_delay_ms: integer({ min: 0 }).optional(),
});

export const healthSchema = strict({
  maxMemoryMB: integer({ min: 1 }).nullish(),
  maxResponseTimeMS: integer({ min: 1 }).optional(),
  maxErrorRate: decimal().optional(),
  healthCheckInterval: integer({ min: 1 }).optional(),
});

export const rateLimitSchema = strict({
  max_requests: integer({ min: 0 }).nullish(),
  window_ms: integer({ min: 1 }).optional(),
  key: z.enum(['ip', 'principal']).optional(),
});

export const circuitBreakerSchema = strict({
  failure_threshold: integer({ min: 1 }).optional(),
  reset_timeout_ms: integer({ min: 0 }).optional(),
});

export const cacheSchema = strict({
  toolsList: integer({ min: 0 }).optional(),
  healthStatus: integer({ min: 0 }).optional(),
  metrics: integer({ min: 0 }).optional(),
});

export const httpClientSchema = strict({
  maxSockets: integer({ min: 1 }).optional(),
  maxFreeSockets: integer({ min: 0 }).optional(),
  timeout: integer({ min: 0 }).optional(),
  keepAlive: flag().optional(),
});

export const observabilitySchema = strict({
  enabled: flag().optional(),
  port: integer({ min: 0 }).nullish(),
});

export const sessionSchema = strict({
  maxEventsPerSession: integer({ min: 0 }).optional(),
  sessionTimeoutMs: integer({ min: 1 }).optional(),
});

export const streamingSchema = strict({
  slowThresholdMs: integer({ min: 0 }).optional(),
  bufferSize: integer({ min: 1 }).optional(),
});

export const serverSchema = strict({
  name: text().optional(),
  version: text().nullish(),
  request_state_key: text().nullish(),
});
