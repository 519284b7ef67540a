import type { CallRequest } from '../../src/common/domain/call.js';
import type {
  Endpoint,
  EndpointKind,
  EndpointProblem,
  ResolvedEndpoint,
} from '../../src/common/domain/endpoint.js';
import { EndpointNotFoundError } from '../../src/common/errors/endpoint-errors.js';
import type { EndpointRegistry } from '../../src/common/ports/endpoint-registry.js';

/** Serves the endpoints it is given, by id. */
export class FixedEndpointRegistry implements EndpointRegistry {
  readonly files: readonly string[];
  readonly hasPolicies: boolean;

  constructor(
    private readonly endpoints: readonly Endpoint[],
    readonly problems: readonly EndpointProblem[] = [],
  ) {
    this.files = endpoints.flatMap((endpoint) => endpoint.file ?? []);
    this.hasPolicies = endpoints.some(({ policies }) => policies !== null);
  }

  resolve(request: CallRequest): ResolvedEndpoint {
    const endpoint = this.list(request.kind).find((entry) => entry.id === request.target);
    if (endpoint === undefined) throw new EndpointNotFoundError(request.kind, request.target);
    return { endpoint, given: request.arguments };
  }

  list(kind: EndpointKind): readonly Endpoint[] {
    return this.endpoints.filter((endpoint) => endpoint.kind === kind);
  }

  without(files: ReadonlySet<string>, problems: readonly EndpointProblem[]): EndpointRegistry {
    return new FixedEndpointRegistry(
      this.endpoints.filter((endpoint) => endpoint.file === null || !files.has(endpoint.file)),
      [...this.problems, ...problems],
    );
  }
}
