import type { z } from 'zod';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { checkShape, dotted, type ShapeProblem, type SiblingFile } from '../../common/yaml/shape-check.js';
import type { YamlPath, YamlSource } from '../../common/yaml/yaml-source.js';
import { member } from './mapping.js';

export type DocumentCheck<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ShapeProblem[] };

/** One file with its references resolved, and which parts of it this load uses. */
export interface Draft {
  readonly source: YamlSource;
  readonly tree: unknown;
  /** False for the subtrees of other profiles, whose references stay as written. */
  readonly isActive: (path: YamlPath) => boolean;
  /** The tree without those subtrees. */
  readonly activeTree: unknown;
}

/**
 * Checks the whole file; in other profiles a reference passes for a value of any kind. The value has the
 * active parts only when other parts hold such references.
 * @param sibling the other of the two files
 */
export function checkDocument<T>(schema: z.ZodType<T>, draft: Draft, sibling: SiblingFile): DocumentCheck<T> {
  const whole = checkShape(schema, draft.source, draft.tree, sibling);
  if (whole.ok) return whole;
  const problems = whole.problems.filter((problem) => !isPendingReference(problem, draft));
  return problems.length > 0 ? { ok: false, problems } : checkShape(schema, draft.source, draft.activeTree);
}

function isPendingReference(problem: ShapeProblem, draft: Draft): boolean {
  if (draft.isActive(problem.path) || problem.message === 'Extra inputs are not permitted') return false;
  const value = problem.path.reduce<unknown>(member, draft.tree);
  return typeof value === 'string' && /\$\{|^(?:vault|file|op):\/\//.test(value);
}

/**
 * The error for both files together: a heading with the count, then `path: reason` with its place on one line
 * each; never a value (configuration.md §1.4).
 */
export function invalidConfig(sections: readonly ConfigSection[]): ConfigInvalidError {
  const texts = sections.filter(({ problems }) => problems.length > 0).map(sectionText);
  return new ConfigInvalidError(texts.join('\n'));
}

export interface ConfigSection {
  readonly heading: 'Site config validation error' | 'Invalid user config' | 'Invalid defaults';
  readonly file: string;
  readonly problems: readonly ShapeProblem[];
}

function sectionText({ heading, file, problems }: ConfigSection): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`${heading}: ${count}`, ...problems.map((problem) => line(problem, file))].join('\n');
}

function line({ path, message, suggestion, line: row, column }: ShapeProblem, file: string): string {
  const place = path.length === 0 ? '' : `${dotted(path)}: `;
  const hint = suggestion === null ? '' : ` (did you mean '${suggestion}'?)`;
  return `${place}${message}${hint} at ${file}:${row}:${column}`;
}
