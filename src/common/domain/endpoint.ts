import type { JsonObject, JsonValue } from './json.js';
import type { Answer } from './output.js';
import type { Parameter, TypeNode } from './type-node.js';

export type EndpointKind = 'tool' | 'resource' | 'prompt';
export type Language = 'sql' | 'python' | 'typescript' | 'prompt';

/** Where an endpoint's code comes from. */
export type Source =
  | { readonly kind: 'inline'; readonly code: string }
  /** `path` is absolute; `code` was read when the definition was compiled, null if it could not be. */
  | { readonly kind: 'file'; readonly path: string; readonly code: string | null; readonly failure?: string }
  /** SQL given by the caller: the arguments that hold the statement and its `$name` values. */
  | { readonly kind: 'argument'; readonly sql: string; readonly values: string }
  | { readonly kind: 'messages'; readonly messages: readonly PromptMessage[] };

/** A place in a definition file, counted from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

export interface PromptMessage {
  readonly prompt: string;
  readonly role: string | null;
  readonly type: string | null;
  /** Where its template stands. */
  readonly position?: FilePosition;
}

export type PolicyAction = 'deny' | 'filter_fields' | 'mask_fields' | 'filter_sensitive_fields';

export interface PolicyRule {
  readonly condition: string;
  readonly action: PolicyAction;
  readonly reason: string | null;
  readonly fields: readonly string[];
  /** Where the rule stands in its endpoint's file; the site's own rules have none. */
  readonly position?: FilePosition;
}

export interface Policies {
  readonly input: readonly PolicyRule[];
  readonly output: readonly PolicyRule[];
}

export interface Annotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

export interface Icon {
  readonly src: string;
  readonly mimeType?: string;
  readonly sizes?: readonly string[];
  readonly theme?: 'light' | 'dark';
}

/** Caps of one answer; null leaves the site's value in force, 0 means none. Bytes and milliseconds. */
export interface EndpointLimits {
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly timeoutMs: number | null;
}

/** Result cache settings of one endpoint (operations.md §10); `ttlS` is also MCP's read hint. */
export interface EndpointCache {
  readonly ttlS: number | null;
  readonly key: readonly string[] | null;
  readonly perUser: boolean;
}

/** One entry of an endpoint's `tests`, as written. */
export interface EndpointTest {
  readonly name: string;
  readonly description: string | null;
  readonly arguments: readonly { readonly key: string; readonly value: JsonValue }[];
  readonly userContext: JsonObject | null;
  /** The assertions by their YAML key; a key that is present with null is an assertion too. */
  readonly assertions: JsonObject;
}

/** A tool, resource or prompt: a compiled, immutable definition. */
export interface Endpoint {
  readonly kind: EndpointKind;
  /** Identity within the kind: tool or prompt name, or the resource's URI template. */
  readonly id: string;
  /** Name shown to clients; a resource without one carries its URI. */
  readonly name: string;
  readonly title: string | null;
  readonly description: string;
  readonly tags: readonly string[];
  readonly icons: readonly Icon[];
  readonly annotations: Annotations | null;
  /** Definition file, relative to the project root; null for built-in endpoints. */
  readonly file: string | null;
  readonly language: Language;
  readonly source: Source;
  /** Where the definition gives the source; built-in endpoints have none. */
  readonly sourcePosition?: FilePosition;
  readonly parameters: readonly Parameter[];
  readonly returns: TypeNode | null;
  readonly mimeType: string | null;
  readonly policies: Policies | null;
  readonly limits: EndpointLimits;
  readonly cache: EndpointCache;
  readonly tests: readonly EndpointTest[];
  /** JSON Schema 2020-12 of the arguments, as advertised and as enforced. */
  readonly inputSchema: JsonObject;
  /** JSON Schema of `structuredContent`, relaxed for what policies may change; null without `return`. */
  readonly outputSchema: JsonObject | null;

  /**
   * Defaults, coercion and validation of the given arguments (endpoints.md §2.2, §2.3). Dates and times
   * come out as canonical text; the executors bind them by the parameter's `format`.
   * @throws InputInvalidError with every problem found
   */
  parseInput(given: JsonObject, unknownArguments: UnknownArguments): JsonObject;

  /**
   * Shapes the executor's result to `return.type` and checks it (endpoints.md §2.6, §2.7).
   * @param check false shapes only (`--skip-output-validation`)
   * @throws OutputInvalidError
   */
  parseOutput(raw: Answer, check: boolean): Answer;
}

/** What happens to arguments that the endpoint does not declare: MCP tools drop them, everyone else refuses. */
export type UnknownArguments = 'drop' | 'refuse';

/** An endpoint found for a call, with the arguments that its address carried. */
export interface ResolvedEndpoint {
  readonly endpoint: Endpoint;
  readonly given: JsonObject;
}

/** One finding about one definition file. */
export interface EndpointProblem {
  /** Relative to the project root. */
  readonly file: string;
  /** Dotted path inside the document, such as `tool.parameters.0.type`; empty at the root. */
  readonly location: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** The valid key that an unknown one probably means. */
  readonly suggestion?: string;
  /** 1-based position in the file, when known. */
  readonly line: number | null;
  readonly column: number | null;
}

/** `location: message`, or the message alone at the document's root. */
export function problemText(problem: EndpointProblem): string {
  return problem.location === '' ? problem.message : `${problem.location}: ${problem.message}`;
}

/** What the log says of a problem, in one line. */
export function problemLine(problem: EndpointProblem): string {
  // further lines can be a piece of SQL
  const [text = ''] = problemText(problem).split('\n', 1);
  if (problem.severity === 'error') return `Failed to load endpoint ${problem.file}: ${text}`;
  return text.startsWith('Skipping ') ? text : `${problem.file}: ${text}`;
}
