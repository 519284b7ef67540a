import { SecretUnresolvedError } from '../../../common/errors/config-errors.js';
import type { SecretResolver } from '../../../common/ports/secret-resolver.js';
import { dotted } from '../../../common/yaml/shape-check.js';
import type { YamlPath, YamlSource } from '../../../common/yaml/yaml-source.js';
import { isMapping, mapMembers } from '../mapping.js';
import type { Variables } from '../variables.js';
import { expandVariables } from './expand-variables.js';
import type { ReferenceFailure } from './reference-failures.js';

export interface Resolution {
  /** The tree with values in place of references; what failed keeps its text. */
  readonly tree: unknown;
  readonly failures: readonly ReferenceFailure[];
  readonly warnings: readonly string[];
}

interface Outcome {
  readonly value: unknown;
  readonly failures: readonly Omit<ReferenceFailure, 'place'>[];
  readonly hasLeftover: boolean;
  readonly isEmpty: boolean;
}

type Visit = (text: string, path: YamlPath) => unknown;

/** Puts values in place of references in the text values of a parsed file (configuration.md §6). */
export class ReferenceResolver {
  constructor(
    private readonly variables: Variables,
    private readonly resolvers: readonly SecretResolver[],
  ) {}

  /**
   * Resolves the selected text values, each distinct one once and all at the same time.
   * @param isSelected tells by the path whether a text value is looked at
   * @param source the file of the tree, for what is said about places in it
   */
  async resolve(
    tree: unknown,
    isSelected: (path: YamlPath) => boolean,
    source: Pick<YamlSource, 'file' | 'locate'>,
  ): Promise<Resolution> {
    const places = new Map<string, YamlPath[]>();
    visitTexts(tree, [], (text, path) => {
      if (isSelected(path)) places.set(text, [...(places.get(text) ?? []), path]);
      return text;
    });
    const outcomes = new Map<string, Outcome>();
    const entries = [...places.keys()].map(async (text) => [text, await this.outcomeOf(text)] as const);
    for (const [text, outcome] of await Promise.all(entries)) outcomes.set(text, outcome);
    return {
      tree: visitTexts(tree, [], (text, path) => {
        const outcome = isSelected(path) ? outcomes.get(text) : undefined;
        return outcome === undefined ? text : outcome.value;
      }),
      failures: [...outcomes].flatMap(([text, { failures }]) =>
        failures.flatMap((failure) =>
          (places.get(text) ?? []).map((path) => ({ ...failure, place: placeOf(path, source) })),
        ),
      ),
      warnings: [...outcomes].flatMap(([text, outcome]) =>
        warningsOf(text, outcome, `${source.file}: ${dotted(places.get(text)?.[0] ?? [])}`),
      ),
    };
  }

  private async outcomeOf(text: string): Promise<Outcome> {
    const { text: expanded, missing, hasLeftover } = expandVariables(text, this.variables);
    const failures = missing.map((name) => ({
      reference: `\${${name}}`,
      reason: `Environment variable ${name} is not set`,
    }));
    const outcome = { value: expanded, failures, hasLeftover, isEmpty: false };
    // the text as written decides: a value that happens to start with `file://` is no reference
    const resolver = this.resolvers.find((candidate) => text.startsWith(candidate.prefix));
    if (resolver === undefined || failures.length > 0) return outcome;
    try {
      const value = await resolver.resolve(expanded);
      return { ...outcome, value, isEmpty: value === '' };
    } catch (error) {
      if (!(error instanceof SecretUnresolvedError)) throw error;
      return { ...outcome, failures: [{ reference: text, reason: error.message }] };
    }
  }
}

function placeOf(path: YamlPath, source: Pick<YamlSource, 'file' | 'locate'>): string {
  const { line, column } = source.locate(path);
  return `${dotted(path)} at ${source.file}:${line}:${column}`;
}

function warningsOf(text: string, outcome: Outcome, place: string): string[] {
  return [
    ...(outcome.hasLeftover ? [`${place}: a \${…} that is no reference is left as written`] : []),
    ...(outcome.isEmpty ? [`${place}: ${text} is empty`] : []),
  ];
}

function visitTexts(value: unknown, path: YamlPath, visit: Visit): unknown {
  if (typeof value === 'string') return visit(value, path);
  if (Array.isArray(value)) return value.map((item, index) => visitTexts(item, [...path, index], visit));
  if (isMapping(value)) return mapMembers(value, (item, key) => visitTexts(item, [...path, key], visit));
  return value;
}
