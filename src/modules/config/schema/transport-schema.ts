import { z } from 'zod';
import { flag, integer, strict, text } from '../../../common/yaml/fields.js';

/** `transport.http` of the user file (configuration.md §10, auth.md §10). */
export const httpSchema = strict({
  host: text().optional(),
  port: integer().optional(),
  scheme: z.enum(['http', 'https']).optional(),
  base_url: text().nullish(),
  trust_proxy: flag().optional(),
  stateless: flag().optional(),
  allowed_hosts: z.array(text()).optional(),
  allowed_origins: z.array(text()).optional(),
  tls: strict({
    cert: text(),
    key: text(),
    min_version: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
  }).nullish(),
});

/** `transport` of the user file. */
export const transportSchema = strict({
  provider: z.enum(['streamable-http', 'sse', 'stdio']).optional(),
  http: httpSchema.optional(),
});
