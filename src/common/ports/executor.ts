import type { AppConfig } from '../domain/app-config.js';
import type { CallRequest } from '../domain/call.js';
import type { Endpoint, EndpointProblem, Language } from '../domain/endpoint.js';
import type { JsonObject } from '../domain/json.js';
import type { Limits } from '../domain/limits.js';
import type { Output } from '../domain/output.js';
import type { Database } from './database.js';

/** One execution's bounds: the caps in force, and a signal that also fires at the deadline. */
export interface Execution {
  readonly request: CallRequest;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** Runs endpoints of one language. */
export abstract class Executor {
  abstract readonly language: Language;

  /** What can be said about an endpoint's source without running it. */
  abstract check(endpoint: Endpoint): Promise<readonly EndpointProblem[]>;

  /**
   * Runs the endpoint. SQL yields a list of row objects.
   * @throws ExecutionFailedError, ExecutionTimeoutError, ExecutionCancelledError, OutputTooLargeError
   */
  abstract execute(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output>;

  abstract dispose(): Promise<void>;
}

/** The executors of one Runtime; puts the caps, the deadline and the caller's cancellation around each run. */
export abstract class Executors {
  abstract check(endpoint: Endpoint): Promise<readonly EndpointProblem[]>;
  abstract execute(endpoint: Endpoint, input: JsonObject, request: CallRequest): Promise<Output>;
  abstract dispose(): Promise<void>;
}

export abstract class ExecutorFactory {
  /**
   * Opens what one Runtime executes with.
   * @throws DatabaseUnavailableError
   */
  abstract create(config: AppConfig): Promise<{ readonly executors: Executors; readonly database: Database }>;
}
