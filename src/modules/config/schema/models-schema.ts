import { z } from 'zod';
import { integer, strict, text } from '../../../common/yaml/fields.js';

/** `models` of the user file (configuration.md §12). */
export const modelsSchema = strict({
  default: text().nullish(),
  models: z
    .record(
      z.string(),
      strict({
        type: z.enum(['claude', 'openai']),
        api_key: text().nullish(),
        base_url: text().nullish(),
        timeout: integer().nullish(),
        max_retries: integer().nullish(),
        model: text().nullish(),
      }),
    )
    .optional(),
});
