import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';

const key = 'x-mcp-header';

/** The tools that mirror arguments in headers (SEP-2243), found once per registry. */
export class MirroredTools {
  readonly #found = new WeakMap<EndpointRegistry, ReadonlyMap<string, JsonObject>>();

  constructor(private readonly runtimes: RuntimeSource) {}

  /** The schema of a tool's arguments; undefined for tools that mirror nothing. */
  schemaOf(name: string): JsonObject | undefined {
    const registry = this.runtimes.current()?.endpoints;
    return registry === undefined ? undefined : this.#in(registry).get(name);
  }

  #in(registry: EndpointRegistry): ReadonlyMap<string, JsonObject> {
    const known = this.#found.get(registry);
    if (known !== undefined) return known;
    const tools = registry.list('tool').filter(({ inputSchema }) => mirrors(inputSchema));
    const found = new Map(tools.map(({ name, inputSchema }) => [name, inputSchema]));
    this.#found.set(registry, found);
    return found;
  }
}

function mirrors(schema: JsonValue): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return key in schema || Object.values(schema).some((member: JsonValue) => mirrors(member));
}
