import { z } from 'zod';
import { flag, strict, text } from '../../../common/yaml/fields.js';

/** What `auth.provider` may name, in both files. */
export const providerNames = [
  'none',
  'github',
  'google',
  'atlassian',
  'salesforce',
  'keycloak',
  'oidc',
] as const;

const claimMappings = z.record(z.string(), z.record(z.string(), z.array(text()))).optional();
const credentials = { client_id: text(), client_secret: text() };
const endpoints = {
  callback_path: text().optional(),
  auth_url: text().optional(),
  token_url: text().optional(),
};

const withOptionalScope = strict({
  ...credentials,
  ...endpoints,
  scope: text().optional(),
  claim_mappings: claimMappings,
});
const withScope = strict({ ...credentials, ...endpoints, scope: text(), claim_mappings: claimMappings });

const keycloak = strict({
  ...credentials,
  realm: text(),
  server_url: text(),
  callback_path: text().optional(),
  scope: text().optional(),
  claim_mappings: claimMappings,
});

const oidc = strict({
  config_url: text(),
  ...credentials,
  scope: text().refine((scope) => scope.split(/\s+/).includes('openid'), "OIDC scope must include 'openid'"),
  callback_path: text().optional(),
  audience: text().nullish(),
  extra_authorize_params: z.record(z.string(), text()).optional(),
  provider_name: text().nullish(),
  claim_mappings: claimMappings,
  verify_audience: flag().optional(),
  allow_userinfo: flag().optional(),
});

const client = strict({
  client_id: text(),
  name: text(),
  client_secret: text().nullish(),
  redirect_uris: z.array(text()).optional(),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token'])).optional(),
  scopes: z.array(text()).optional(),
});

/** `auth` of a profile in the user file (configuration.md §11, auth.md §1). */
export const authSchema = strict({
  enabled: flag().optional(),
  mode: z.enum(['issuer', 'verifier']).optional(),
  provider: z.enum(providerNames).optional(),
  clients: z.array(client).optional(),
  persistence: strict({
    type: z.literal('sqlite').optional(),
    path: text().optional(),
    auth_encryption_key: text().nullish(),
  }).nullish(),
  authorization: strict({ required_scopes: z.array(text()).optional() }).nullish(),
  github: withOptionalScope.nullish(),
  salesforce: withOptionalScope.nullish(),
  google: withScope.nullish(),
  atlassian: withScope.nullish(),
  keycloak: keycloak.nullish(),
  oidc: oidc.nullish(),
}).superRefine((auth, context) => {
  if (auth.mode !== 'verifier' || auth.provider !== 'oidc' || !auth.oidc) return;
  for (const key of ['callback_path', 'extra_authorize_params'] as const) {
    if (auth.oidc[key] === undefined) continue;
    context.addIssue({ code: 'custom', path: ['oidc', key], message: 'Extra inputs are not permitted' });
  }
});

export type AuthDocument = z.output<typeof authSchema>;
