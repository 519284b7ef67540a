import type { z } from 'zod';
import { nearest } from './nearest.js';
import type { YamlPath, YamlSource } from './yaml-source.js';

/** One violation of a file's schema, in the words existing tools match on (quality.md §1.4). */
export interface ShapeProblem {
  readonly path: YamlPath;
  readonly message: string;
  /** The valid key that an unknown one probably means. */
  readonly suggestion: string | null;
  readonly line: number;
  readonly column: number;
}

export type ShapeResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ShapeProblem[] };

/**
 * Checks a file against its schema. Problems come in declaration order, depth first, unknown keys after
 * the declared ones of their mapping.
 * @param value what to check, when references in the file were expanded first
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  source: YamlSource,
  value: unknown = source.value,
): ShapeResult<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.flatMap(violations).map((found) => {
    const { line, column } = source.locate(found.path);
    return { ...found, line, column };
  });
  return { ok: false, problems };
}

/** `projects.acme.secrets.0.type`. */
export function dotted(path: YamlPath): string {
  return path.join('.');
}

type Violation = Pick<ShapeProblem, 'path' | 'message' | 'suggestion'>;
type Issue = z.core.$ZodIssue;

function violations(issue: Issue): Violation[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(',');
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'Extra inputs are not permitted',
      suggestion: nearest(key, known),
    }));
  }
  return [{ path, message: phrase(issue), suggestion: null }];
}

function phrase(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? 'Field required'
      : `Input should be a valid ${kindWords[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') {
    return issue.input === undefined ? 'Field required' : `Input should be ${choices(issue.values)}`;
  }
  if (issue.code === 'too_small' && issue.origin === 'string') {
    return `String should have at least ${String(issue.minimum)} character${issue.minimum === 1 ? '' : 's'}`;
  }
  return issue.message;
}

const kindWords: Readonly<Record<string, string>> = {
  object: 'dictionary',
  record: 'dictionary',
  array: 'list',
};

function choices(values: readonly unknown[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
