import type { CallRequest } from '../domain/call.js';
import type { Endpoint, EndpointKind, EndpointProblem, ResolvedEndpoint } from '../domain/endpoint.js';

/** The endpoints of one load; immutable. */
export abstract class EndpointRegistry {
  /** Findings about definition files, ordered by file. A file with an error has no endpoint here. */
  abstract readonly problems: readonly EndpointProblem[];

  /** Every definition file that was read and neither disabled nor of another kind, ordered as served. */
  abstract readonly files: readonly string[];

  /** Whether any endpoint that a call can reach, listed or not, has policies. */
  abstract readonly hasPolicies: boolean;

  /**
   * Finds what a call is for; a resource URI also yields arguments.
   * @throws EndpointNotFoundError
   * @throws EndpointInvalidError when several files claim the name
   */
  abstract resolve(request: CallRequest): ResolvedEndpoint;

  /** Endpoints that MCP clients see, in listing order. */
  abstract list(kind: EndpointKind): readonly Endpoint[];

  /** A registry that serves none of the files named, and holds the problems given beside its own. */
  abstract without(files: ReadonlySet<string>, problems: readonly EndpointProblem[]): EndpointRegistry;
}
