import type { AppConfig } from '../domain/app-config.js';
import type { CallRequest } from '../domain/call.js';
import type { Endpoint, EndpointProblem, Language } from '../domain/endpoint.js';
import type { JsonObject } from '../domain/json.js';
import type { Limits } from '../domain/limits.js';
import type { Output } from '../domain/output.js';
import type { Database } from './database.js';
import type { EndpointRegistry } from './endpoint-registry.js';
import type { ReloadRequest } from './reloader.js';

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

/** The executors of one Runtime; puts the deadline and the caller's cancellation around each run. */
export abstract class Executors {
  abstract check(endpoint: Endpoint): Promise<readonly EndpointProblem[]>;
  /**
   * Runs the endpoint within the limits.
   * @throws ExecutionFailedError, ExecutionTimeoutError, ExecutionCancelledError, OutputTooLargeError
   */
  abstract execute(
    endpoint: Endpoint,
    input: JsonObject,
    request: CallRequest,
    limits: Limits,
  ): Promise<Output>;

  /** False while the processes that run the project's code cannot be started. */
  abstract canRun(): boolean;

  /**
   * Runs stop hooks, lets go of the database, ends the project's code. Running calls fail.
   * @param whileClosed runs once the database file is closed, while the code that gave it is still alive
   */
  abstract dispose(whileClosed?: () => Promise<void>): Promise<void>;
}

/** What a Runtime's executors are opened for. */
export interface ExecutorRequest {
  readonly config: AppConfig;
  readonly endpoints: EndpointRegistry;
  /** True for `validate`: of the project's modules only those with hooks, and plugins, are loaded. */
  readonly checkOnly: boolean;
  /** True when a start hook that fails refuses the start; else it is logged. */
  readonly requireHooks: boolean;
  /** Where endpoint code asks for a reload; null where there is nothing to reload. */
  readonly reload: ((request: ReloadRequest) => void) | null;
}

export abstract class ExecutorFactory {
  /**
   * Opens what one Runtime executes with: the database, then the code of the project and its start hooks.
   * Nothing stays open when it fails.
   * @throws DatabaseUnavailableError, DatabaseHeldError when an open Runtime must let go of the file first,
   *   EndpointCodeError when a plugin or an interpreter cannot be used
   */
  abstract create(
    request: ExecutorRequest,
  ): Promise<{ readonly executors: Executors; readonly database: Database }>;
}
