/** Literal text, or a placeholder; one that is `rest` also takes slashes. */
type Part = { readonly literal: string } | { readonly name: string; readonly rest: boolean };

/**
 * A resource URI with placeholders (endpoints.md §1.9): `{name}` stands for one or more characters other
 * than `/`, `{+name}` for slashes too; all other text is literal. Matching takes time linear in the URI.
 */
export class UriTemplate {
  /** Placeholder names in order, each once. */
  readonly names: readonly string[];
  /** Why this template can never work, null when it can. */
  readonly problem: string | null;
  readonly #prefix: string;
  readonly #segments: readonly (readonly Part[])[];
  /** Index of the segment that may span several, -1 without one. */
  readonly #restIndex: number;

  constructor(readonly text: string) {
    this.#segments = text.split('/').map(partsOf);
    this.#restIndex = this.#segments.findIndex((parts) => parts.some(isRest));
    this.#prefix = text.split('{', 1)[0] ?? text;
    const names = [...text.matchAll(placeholder)].map((found) => found[2] ?? '');
    this.names = [...new Set(names)];
    this.problem = this.#findProblem();
  }

  /** True when there is nothing to fill in. */
  get isStatic(): boolean {
    return this.names.length === 0;
  }

  /** The percent-decoded values of the placeholders in order, or null when the URI does not match. */
  match(uri: string): ReadonlyMap<string, string> | null {
    if (!uri.startsWith(this.#prefix)) return null;
    const found = new Map<string, string>();
    const given = this.#align(uri.split('/'));
    if (given === null) return null;
    const fits = this.#segments.every((parts, index) => matchSegment(parts, given[index] ?? '', found));
    return fits ? new Map(this.names.map((name) => [name, found.get(name) ?? ''])) : null;
  }

  /** The URI's segments, as many as the template's; null when there are too few or too many. */
  #align(given: readonly string[]): readonly string[] | null {
    const wanted = this.#segments.length;
    if (given.length === wanted) return given;
    if (this.#restIndex < 0 || given.length < wanted) return null;
    const restEnd = given.length - (wanted - this.#restIndex - 1);
    return [
      ...given.slice(0, this.#restIndex),
      given.slice(this.#restIndex, restEnd).join('/'),
      ...given.slice(restEnd),
    ];
  }

  #findProblem(): string | null {
    const rest = this.#segments.flat().filter(isRest);
    if (rest.length === 0) return null;
    const neighbours = (this.#segments[this.#restIndex] ?? []).filter((part) => 'name' in part);
    return rest.length > 1 || neighbours.length > 1
      ? `Only one {+name} may stand in uri '${this.text}', with no other placeholder in its segment`
      : null;
  }
}

/**
 * The URI as HTTP-like clients send it: scheme and host in lower case, and a path of at least `/`.
 * URIs of other schemes stay as they are.
 */
export function normalisedUri(uri: string): string {
  const found = /^(https?|wss?|ftp):\/\/([^/?#]*)(.*)$/is.exec(uri);
  if (found === null) return uri;
  const [, scheme = '', host = '', rest = ''] = found;
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${rest.startsWith('/') ? rest : `/${rest}`}`;
}

const placeholder = /\{(\+?)([^{}]*)\}/g;

function partsOf(segment: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of segment.matchAll(placeholder)) {
    if (found.index > end) parts.push({ literal: segment.slice(end, found.index) });
    parts.push({ name: found[2] ?? '', rest: found[1] === '+' });
    end = found.index + found[0].length;
  }
  if (end < segment.length) parts.push({ literal: segment.slice(end) });
  return parts;
}

function isRest(part: Part): boolean {
  return 'name' in part && part.rest;
}

/**
 * Fills `found` from one segment. Going from the right and taking each literal's last occurrence gives every
 * placeholder, from the left, as much as it can have, without ever going back.
 */
function matchSegment(parts: readonly Part[], text: string, found: Map<string, string>): boolean {
  let end = text.length;
  let open: string | null = null;
  for (const [index, part] of [...parts.entries()].reverse()) {
    if ('literal' in part) {
      const start = literalStart(part.literal, text, end, { isFirst: index === 0, follows: open !== null });
      if (start < 0) return false;
      if (open !== null && !keep(found, open, text.slice(start + part.literal.length, end))) return false;
      open = null;
      end = start;
    } else {
      if (open !== null) {
        // two placeholders side by side: the right one gets a single character
        if (!keep(found, open, text.slice(Math.max(end - 1, 0), end))) return false;
        end -= 1;
      }
      open = part.name;
    }
  }
  return open === null ? end === 0 : keep(found, open, text.slice(0, Math.max(end, 0)));
}

/** Where a literal starts that ends at `end`, or before it when a placeholder follows; -1 when nowhere. */
function literalStart(
  literal: string,
  text: string,
  end: number,
  place: { readonly isFirst: boolean; readonly follows: boolean },
): number {
  if (!place.follows) return text.endsWith(literal, end) && end >= literal.length ? end - literal.length : -1;
  const last = end - 1 - literal.length;
  if (last < 0) return -1;
  if (place.isFirst) return text.startsWith(literal) ? 0 : -1;
  return text.lastIndexOf(literal, last);
}

/** Notes a value; false when it is empty or differs from an earlier one of the same name. */
function keep(found: Map<string, string>, name: string, raw: string): boolean {
  const value = decoded(raw);
  if (value === '' || (found.has(name) && found.get(name) !== value)) return false;
  found.set(name, value);
  return true;
}

function decoded(raw: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    // a stray percent sign stands for itself
    if (error instanceof URIError) return raw;
    throw error;
  }
}
