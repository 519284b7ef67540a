import { Deadline } from '../../common/async/deadline.js';
import type { CallRequest } from '../../common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../common/domain/endpoint.js';
import type { JsonObject } from '../../common/domain/json.js';
import type { Limits } from '../../common/domain/limits.js';
import type { Output } from '../../common/domain/output.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
} from '../../common/errors/endpoint-errors.js';
import type { Executor, Executors } from '../../common/ports/executor.js';
import { sourceProblem } from './source-problem.js';

/** Code of the project that outlives single calls: hooks, plugins, the processes that run them. */
export interface ProjectCode {
  /** False while the processes cannot be started. */
  canRun(): boolean;
  /** Runs stop hooks, while the database is still open. */
  stop(): Promise<void>;
  /** Ends the processes. */
  exit(): Promise<void>;
}

/** Finds the executor of an endpoint's language and puts the deadline around each run. */
export class ExecutorSet implements Executors {
  readonly #byLanguage: ReadonlyMap<string, Executor>;

  /** @param code what lives as long as the executors and is ended with them; null for none */
  constructor(
    private readonly executors: readonly Executor[],
    private readonly code: ProjectCode | null = null,
  ) {
    this.#byLanguage = new Map(executors.map((executor) => [executor.language, executor]));
  }

  async check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    const executor = this.#byLanguage.get(endpoint.language);
    if (executor !== undefined) return executor.check(endpoint);
    return [sourceProblem(endpoint, unsupported(endpoint))];
  }

  async execute(
    endpoint: Endpoint,
    input: JsonObject,
    request: CallRequest,
    limits: Limits,
  ): Promise<Output> {
    const executor = this.#byLanguage.get(endpoint.language);
    if (executor === undefined) throw new ExecutionFailedError(unsupported(endpoint));
    using deadline = new Deadline(request.signal, limits.timeoutMs);
    try {
      return await executor.execute(endpoint, input, { request, limits, signal: deadline.signal });
    } catch (error) {
      if (!(error instanceof ExecutionCancelledError) || !deadline.expired) throw error;
      throw new ExecutionTimeoutError(limits.timeoutMs);
    }
  }

  canRun(): boolean {
    return this.code?.canRun() ?? true;
  }

  async dispose(whileClosed?: () => Promise<void>): Promise<void> {
    try {
      await this.#close();
      await whileClosed?.();
    } finally {
      await this.code?.exit();
    }
  }

  /** The database is closed even when a stop hook cannot be run. */
  async #close(): Promise<void> {
    try {
      await this.code?.stop();
    } finally {
      await Promise.all(this.executors.map((executor) => executor.dispose()));
    }
  }
}

/** The code of an endpoint that is not served was perhaps never prepared; its own failure says more then. */
function unsupported({ language, source }: Endpoint): string {
  const failure = source.kind === 'file' ? source.failure : undefined;
  return failure ?? `Endpoints in ${language} cannot run here: their definitions have errors`;
}
