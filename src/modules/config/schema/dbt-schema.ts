import { z } from 'zod';
import { flag, strict, text } from '../../../common/yaml/fields.js';

const list = () =>
  z
    .array(text())
    .meta({ type: ['array', 'string', 'null'] })
    .optional();

/** `dbt` of the site file (configuration.md §9). */
export const dbtSchema = strict({
  enabled: flag().optional(),
  model_paths: list(),
  analysis_paths: list(),
  test_paths: list(),
  seed_paths: list(),
  macro_paths: list(),
  snapshot_paths: list(),
  target_path: text().optional(),
  clean_targets: list(),
});

/** Its lists: null counts as empty, a scalar as the list of its text. */
export const dbtLists = [
  'model_paths',
  'analysis_paths',
  'test_paths',
  'seed_paths',
  'macro_paths',
  'snapshot_paths',
  'clean_targets',
] as const;
