import type { z } from 'zod';
import { flag, strict, text } from '../../../common/yaml/fields.js';

/** `vault` of the user file (configuration.md §5, §19). */
export const vaultSchema = strict({
  enabled: flag().optional(),
  address: text().nullish(),
  token_env: text().nullish(),
  approle: strict({
    role_id_env: text().optional(),
    secret_id_env: text().optional(),
    mount: text().optional(),
  }).nullish(),
});

/** `onepassword` of the user file (configuration.md §5). */
export const onepasswordSchema = strict({
  enabled: flag().optional(),
  token_env: text().nullish(),
});

/** What secrets are fetched with; checked before the rest of the file is resolved. */
export const secretManagersSchema = strict({
  vault: vaultSchema.nullish(),
  onepassword: onepasswordSchema.nullish(),
});

export type VaultDocument = z.output<typeof vaultSchema>;
export type OnepasswordDocument = z.output<typeof onepasswordSchema>;
export type SecretManagers = z.output<typeof secretManagersSchema>;
