import { strict, text } from '../../../common/yaml/fields.js';

/** `paths` of the site file: folders below the root, or absolute ones (configuration.md §3). */
export const pathsSchema = strict({
  tools: text().optional(),
  resources: text().optional(),
  prompts: text().optional(),
  evals: text().optional(),
  python: text().optional(),
  plugins: text().optional(),
  sql: text().optional(),
  drift: text().optional(),
  audit: text().optional(),
  data: text().optional(),
});
