import { z } from 'zod';
import { anything, anythingRequired, integer, strict, text } from '../../../common/yaml/fields.js';

/** The assertions by key (quality.md §3.1); one that is written with null is kept as null. */
const assertionKeys = {
  result: anything().optional(),
  result_contains: anything().optional(),
  result_not_contains: z.array(text()).nullish(),
  result_contains_item: anything().optional(),
  result_contains_all: z.array(anything()).nullish(),
  result_length: integer({ min: 0 }).nullish(),
  result_contains_text: text().nullish(),
};

/** One entry of `tests`. */
export const test = strict({
  name: text(),
  description: text().nullish(),
  arguments: z.array(strict({ key: text(), value: anythingRequired() })),
  user_context: z.record(z.string(), anything()).nullish(),
  ...assertionKeys,
});

export type TestDocument = z.output<typeof test>;
