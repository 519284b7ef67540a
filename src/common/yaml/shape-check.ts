import type { z } from 'zod';
import { keyPlaces } from './key-places.js';
import { nearest } from './nearest.js';
import type { YamlPath, YamlSource } from './yaml-source.js';

/** One violation of a file's schema, in the words existing tools match on (quality.md §1.4). */
export interface ShapeProblem {
  readonly path: YamlPath;
  readonly message: string;
  /** The valid key that an unknown one probably means, or the place where it belongs. */
  readonly suggestion: string | null;
  readonly line: number;
  readonly column: number;
}

export type ShapeResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ShapeProblem[] };

/** A file that the author may have confused with this one. */
export interface SiblingFile {
  readonly name: string;
  readonly schema: z.ZodType;
}

/**
 * Checks a file against its schema. Problems come in declaration order, depth first, unknown keys after
 * the declared ones of their mapping.
 * @param value what to check, when references in the file were expanded first
 * @param sibling where keys may belong that this file has nowhere
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  source: YamlSource,
  value: unknown = source.value,
  sibling: SiblingFile | null = null,
): ShapeResult<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.flatMap(violations).map((found) => {
    const { line, column } = source.locate(found.path);
    const { isUnknown, ...problem } = found;
    if (!isUnknown) return { ...problem, line, column };
    // a key spelt as it is in a block that the file has is on the wrong level, not misspelt
    const { place, isOpen } = home(found.path, schema, value, sibling);
    return { ...problem, suggestion: isOpen ? place : (found.suggestion ?? place), line, column };
  });
  return { ok: false, problems };
}

/** `projects.acme.secrets.0.type`. */
export function dotted(path: YamlPath): string {
  return path.join('.');
}

interface Violation extends Pick<ShapeProblem, 'path' | 'message' | 'suggestion'> {
  /** It is a key that its mapping does not have. */
  readonly isUnknown: boolean;
}

type Issue = z.core.$ZodIssue;

function violations(issue: Issue): Violation[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(',');
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'Extra inputs are not permitted',
      suggestion: nearest(key, known),
      isUnknown: true,
    }));
  }
  return [{ path, message: phrase(issue), suggestion: null, isUnknown: false }];
}

interface Home {
  /** Null when it is not clear. */
  readonly place: string | null;
  /** The file has the block. */
  readonly isOpen: boolean;
}

/** Where a key belongs that stands on the wrong level, or in the wrong file. */
function home(path: YamlPath, schema: z.ZodType, value: unknown, sibling: SiblingFile | null): Home {
  const key = String(path.at(-1));
  const places = keyPlaces(schema, key).filter((place) => isOnSameWay(place, path));
  const [opened, ...others] = places.filter((place) => isOpened(place, value));
  if (opened !== undefined)
    return { place: others.length === 0 ? opened : null, isOpen: others.length === 0 };
  return { place: only(places) ?? (places.length === 0 ? homeIn(sibling, path, key) : null), isOpen: false };
}

function homeIn(sibling: SiblingFile | null, path: YamlPath, key: string): string | null {
  if (sibling === null || path.length > 1) return null;
  const place = only(keyPlaces(sibling.schema, key));
  return place === null ? null : `${sibling.name}: ${place}`;
}

function only(places: readonly string[]): string | null {
  return places.length === 1 ? (places[0] ?? null) : null;
}

/** True when the place is above or below where the key stands, not in another block that happens to have such a key. */
function isOnSameWay(place: string, path: YamlPath): boolean {
  const parent = place.replaceAll('[]', '.[]').split('.').slice(0, -1);
  return parent.every((part, index) => {
    const own = path[index];
    if (index >= path.length - 1 || own === undefined) return true;
    return part === own || part === (typeof own === 'number' ? '[]' : '*');
  });
}

/** True when the file has the block at the top that the place is in. */
function isOpened(place: string, value: unknown): boolean {
  const [top = ''] = place.split('.');
  return place.includes('.') && typeof value === 'object' && value !== null && Object.hasOwn(value, top);
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
