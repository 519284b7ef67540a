import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { CallRequest } from '../../src/common/domain/call.js';
import type { Endpoint, EndpointKind, ResolvedEndpoint } from '../../src/common/domain/endpoint.js';
import type { JsonObject } from '../../src/common/domain/json.js';
import { UnavailableError } from '../../src/common/errors/server-errors.js';
import { valueOutput, type Answer, type Output } from '../../src/common/domain/output.js';
import type { Verdict } from '../../src/common/domain/verdict.js';
import { EndpointNotFoundError } from '../../src/common/errors/endpoint-errors.js';
import type { EndpointRegistry } from '../../src/common/ports/endpoint-registry.js';
import type { Runtime, RuntimeSource } from '../../src/common/ports/runtime.js';
import { aConfig } from '../builders/a-config.js';

export interface RuntimeParts {
  readonly config?: AppConfig;
  readonly endpoints?: readonly Endpoint[];
  /** Instead of `endpoints`. */
  readonly registry?: EndpointRegistry;
  /** What execution answers; the input comes in as given. */
  readonly execute?: (
    endpoint: Endpoint,
    input: JsonObject,
    request: CallRequest,
  ) => Promise<Output> | Output;
  /** Whether the project's code can run; true by default. */
  readonly canRun?: boolean;
  readonly judgeInput?: (input: JsonObject) => Verdict<JsonObject>;
  readonly judgeOutput?: (output: Answer) => Verdict<Answer>;
}

/** A RuntimeSource around one Runtime made of the parts given; the rest does nothing. */
export class FixedRuntime implements RuntimeSource {
  #runtime: Runtime;

  constructor(private readonly parts: RuntimeParts = {}) {
    this.#runtime = runtimeOf(parts);
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** Puts another Runtime in its place, which differs by the parts given. */
  swap(parts: RuntimeParts): void {
    this.#runtime = runtimeOf({ ...this.parts, ...parts });
  }

  use<T>(work: (runtime: Runtime) => Promise<T>): Promise<T> {
    return work(this.runtime);
  }

  current(): Runtime {
    return this.runtime;
  }

  isPaused(): boolean {
    return false;
  }
}

function runtimeOf(parts: RuntimeParts): Runtime {
  const endpoints = parts.endpoints ?? [];
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    generation: 1,
    config: parts.config ?? aConfig(),
    endpoints: parts.registry ?? {
      problems: [],
      files: [],
      hasPolicies: false,
      resolve: (request) => resolve(endpoints, request),
      list: (kind: EndpointKind) => endpoints.filter((endpoint) => endpoint.kind === kind),
      without() {
        return this;
      },
    },
    policies: {
      problems: [],
      judgeInput: (_endpoint, _request, input) =>
        parts.judgeInput?.(input) ?? { decision: 'none', value: input, evaluated: [] },
      judgeOutput: (_endpoint, _request, _input, output) =>
        parts.judgeOutput?.(output) ?? { decision: 'none', value: output, evaluated: [] },
    },
    executors: {
      check: () => Promise.resolve([]),
      execute: async (endpoint, input, request) =>
        (await parts.execute?.(endpoint, input, request)) ?? valueOutput(input),
      canRun: () => parts.canRun ?? true,
      dispose: nothing,
    },
    database: {
      open: () => {
        throw new UnavailableError('no database here');
      },
      ping: nothing,
      describe: () => Promise.resolve([]),
      pool: () => ({ idle: 1, inUse: 0, waiting: 0 }),
    },
    dispose: nothing,
  };
}

function resolve(endpoints: readonly Endpoint[], request: CallRequest): ResolvedEndpoint {
  const endpoint = endpoints.find(
    (candidate) => candidate.kind === request.kind && candidate.id === request.target,
  );
  if (endpoint === undefined) throw new EndpointNotFoundError(request.kind, request.target);
  return { endpoint, given: request.arguments };
}
