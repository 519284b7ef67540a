import { z } from 'zod';
import { strict, text } from '../../../common/yaml/fields.js';

const rule = strict({
  condition: text(),
  action: z.enum(['deny', 'filter_fields', 'mask_fields', 'filter_sensitive_fields']),
  reason: text().nullish(),
  fields: z.array(text()).nullish(),
});

/** `policies` of an endpoint (policies.md §1). */
export const policies = strict({ input: z.array(rule).nullish(), output: z.array(rule).nullish() });
