import type { Endpoint, EndpointKind } from '../../common/domain/endpoint.js';
import type { JsonValue } from '../../common/domain/json.js';
import type { Parameter } from '../../common/domain/type-node.js';
import { EndpointNotFoundError } from '../../common/errors/endpoint-errors.js';
import { UnavailableError } from '../../common/errors/server-errors.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import type { McpResult } from './mcp-answer.js';
import { completeParams, readRequestParams } from './request-params.js';

/** Most values that one answer may hold, by the protocol. */
const MAX_VALUES = 100;

/** Parameters that by their name hold the name of an endpoint. */
const endpointNamed = /^(tool|prompt|resource)(?:_name|_uri)?$/;

/** `completion/complete`: string `enum` values, and the names of endpoints (endpoints.md §4.1). */
export class Completion {
  constructor(private readonly runtimes: RuntimeSource) {}

  /** @throws EndpointNotFoundError for a reference to nothing */
  complete(params: JsonValue): McpResult {
    const { ref, argument } = readRequestParams(completeParams, params);
    const registry = this.runtimes.current()?.endpoints;
    if (registry === undefined)
      throw new UnavailableError('Server is not available; try again in a few seconds');
    const [kind, id] =
      ref.type === 'ref/prompt' ? (['prompt', ref.name] as const) : (['resource', ref.uri] as const);
    const parameter = endpointOf(registry, kind, id).parameters.find(({ name }) => name === argument.name);
    const typed = argument.value.toLowerCase();
    const values = (parameter === undefined ? [] : candidates(registry, parameter)).filter((value) =>
      value.toLowerCase().startsWith(typed),
    );
    return {
      completion: {
        values: values.slice(0, MAX_VALUES),
        total: values.length,
        hasMore: values.length > MAX_VALUES,
      },
    };
  }
}

function endpointOf(registry: EndpointRegistry, kind: EndpointKind, id: string): Endpoint {
  const endpoint = registry.list(kind).find((candidate) => candidate.id === id);
  if (endpoint === undefined) throw new EndpointNotFoundError(kind, id);
  return endpoint;
}

function candidates(registry: EndpointRegistry, parameter: Parameter): readonly string[] {
  if (parameter.enum !== undefined) {
    return parameter.enum.filter((value): value is string => typeof value === 'string');
  }
  const kind = endpointNamed.exec(parameter.name)?.[1];
  if (kind !== 'tool' && kind !== 'prompt' && kind !== 'resource') return [];
  return registry.list(kind).map((endpoint) => endpoint.id);
}
