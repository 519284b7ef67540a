import { isClientCall, type CallRequest } from '../../common/domain/call.js';
import {
  problemText,
  type Endpoint,
  type EndpointKind,
  type EndpointProblem,
  type ResolvedEndpoint,
} from '../../common/domain/endpoint.js';
import type { JsonObject } from '../../common/domain/json.js';
import { queryTarget } from '../../common/domain/query-target.js';
import { EndpointInvalidError, EndpointNotFoundError } from '../../common/errors/endpoint-errors.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import { compareText } from './definition/definition-files.js';
import type { RegistryEntry } from './registry-entry.js';
import { ResourceIndex } from './resource-index.js';

/** What one load found. */
export interface RegistryContent {
  /** In serving order; several may claim one name, and then each of them is refused. */
  readonly entries: readonly RegistryEntry[];
  readonly problems: readonly EndpointProblem[];
  readonly files: readonly string[];
  readonly sqlTools: readonly Endpoint[];
  /** Whether MCP clients see the SQL tools. */
  readonly servesSqlTools: boolean;
}

/** Looks endpoints up by name or URI; built once, never changed. */
export class FrozenEndpointRegistry implements EndpointRegistry {
  readonly problems: readonly EndpointProblem[];
  readonly files: readonly string[];
  readonly hasPolicies: boolean;
  readonly #content: RegistryContent;
  readonly #entries: Readonly<Record<EndpointKind, ReadonlyMap<string, RegistryEntry>>>;
  readonly #resources: ResourceIndex;
  readonly #sqlTools: ReadonlyMap<string, Endpoint>;
  readonly #listed: Readonly<Record<EndpointKind, readonly Endpoint[]>>;

  constructor(content: RegistryContent) {
    this.#content = content;
    this.problems = content.problems.toSorted((a, b) => compareText(a.file, b.file));
    this.files = content.files;
    this.hasPolicies = [...content.entries.map(({ endpoint }) => endpoint), ...content.sqlTools].some(
      ({ policies }) => policies !== null,
    );
    this.#entries = {
      tool: byId(content.entries, 'tool'),
      resource: byId(content.entries, 'resource'),
      prompt: byId(content.entries, 'prompt'),
    };
    this.#resources = new ResourceIndex([...this.#entries.resource.values()]);
    this.#sqlTools = new Map(content.sqlTools.map((tool) => [tool.id, tool]));
    this.#listed = {
      tool: [...served(content.entries, 'tool'), ...this.#servedSqlTools()],
      resource: served(content.entries, 'resource'),
      prompt: served(content.entries, 'prompt'),
    };
  }

  resolve(request: CallRequest): ResolvedEndpoint {
    return request.kind === 'resource' ? this.#resolveResource(request) : this.#resolveNamed(request);
  }

  list(kind: EndpointKind): readonly Endpoint[] {
    return this.#listed[kind];
  }

  without(files: ReadonlySet<string>, problems: readonly EndpointProblem[]): EndpointRegistry {
    const all = [...this.problems, ...problems];
    const entries = this.#content.entries.map((entry): RegistryEntry => {
      const file = entry.endpoint.file;
      if (file === null || !files.has(file)) return entry;
      return { ...entry, isServed: false, refusal: entry.refusal ?? firstError(file, all) };
    });
    return new FrozenEndpointRegistry({ ...this.#content, entries, problems: all });
  }

  #resolveNamed(request: CallRequest): ResolvedEndpoint {
    const { kind, target, arguments: given } = request;
    const entry = this.#entries[kind].get(target);
    if (entry !== undefined) return { endpoint: admit(entry, request), given };
    const sqlTool = kind === 'tool' ? this.#sqlTool(request) : undefined;
    if (sqlTool === undefined) throw this.#notFound(request);
    return { endpoint: sqlTool, given };
  }

  #resolveResource(request: CallRequest): ResolvedEndpoint {
    const { target, arguments: given } = request;
    const found = this.#resources.find(target, isClientCall(request.origin));
    if (found === null) throw this.#notFound(request);
    const endpoint = admit(found.entry, request);
    return { endpoint, given: found.values === null ? given : merged(given, found.values) };
  }

  #sqlTool({ target, origin }: CallRequest): Endpoint | undefined {
    if (isClientCall(origin)) return this.#content.servesSqlTools ? this.#sqlTools.get(target) : undefined;
    return this.#sqlTools.get(target === queryTarget ? 'execute_sql_query' : target);
  }

  #notFound({ kind, target, origin }: CallRequest): EndpointNotFoundError {
    return new EndpointNotFoundError(
      kind,
      target,
      isClientCall(origin) ? [] : [...this.#entries[kind].keys()],
    );
  }

  /** A tool of the project keeps its name for itself, also while it is not served. */
  #servedSqlTools(): readonly Endpoint[] {
    if (!this.#content.servesSqlTools) return [];
    return this.#content.sqlTools.filter((tool) => !this.#entries.tool.has(tool.id));
  }
}

function byId(entries: readonly RegistryEntry[], kind: EndpointKind): ReadonlyMap<string, RegistryEntry> {
  return new Map(
    entries.filter(({ endpoint }) => endpoint.kind === kind).map((entry) => [entry.endpoint.id, entry]),
  );
}

function served(entries: readonly RegistryEntry[], kind: EndpointKind): readonly Endpoint[] {
  return entries
    .filter(({ endpoint, isServed }) => isServed && endpoint.kind === kind)
    .map((entry) => entry.endpoint);
}

/** The endpoint, when this caller may have it. MCP clients see no difference between unserved and unknown. */
function admit({ endpoint, isServed, refusal }: RegistryEntry, request: CallRequest): Endpoint {
  if (isClientCall(request.origin) && !isServed) {
    throw new EndpointNotFoundError(request.kind, request.target);
  }
  if (refusal !== null) throw new EndpointInvalidError(refusal);
  return endpoint;
}

function merged(given: JsonObject, values: ReadonlyMap<string, string>): JsonObject {
  return { ...given, ...Object.fromEntries(values) };
}

function firstError(file: string, problems: readonly EndpointProblem[]): string {
  const error = problems.find((problem) => problem.file === file && problem.severity === 'error');
  return error === undefined ? 'The endpoint is left out' : problemText(error);
}
