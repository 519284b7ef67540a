import type { EndpointKind, EndpointProblem } from '../domain/endpoint.js';
import { AppError } from './app-error.js';

/** Nothing answers to that name or URI. The edges word it: `Unknown tool: x` for MCP clients. */
export class EndpointNotFoundError extends AppError {
  constructor(
    readonly kind: EndpointKind,
    readonly target: string,
    /** What there is instead, for callers who may know; empty for MCP clients, who can list it. */
    readonly known: readonly string[] = [],
  ) {
    super('ENDPOINT_NOT_FOUND', `Endpoint '${target}' not found in ${kind}s`);
  }
}

/** A definition that must not run, such as one of two with the same name. */
export class EndpointInvalidError extends AppError {
  constructor(message: string) {
    super('ENDPOINT_INVALID', message);
  }
}

/** `serve` found definitions that cannot be served. */
export class EndpointsInvalidError extends AppError {
  constructor(readonly problems: readonly EndpointProblem[]) {
    super(
      'CHECK_FAILED',
      `Found ${new Set(problems.map((problem) => problem.file)).size} endpoint(s) with errors`,
    );
  }
}

/** One thing wrong with the arguments. */
export interface InputProblem {
  /** Parameter name, then property names and indexes; empty when no single argument is meant. */
  readonly path: readonly (string | number)[];
  /** As MCP clients read it below the path (endpoints.md §2.4). */
  readonly phrase: string;
  /** As the command line prints it (endpoints.md §2.3), complete in itself. */
  readonly message: string;
}

/** The arguments do not fit; `message` is the first problem in the command line's words. */
export class InputInvalidError extends AppError {
  constructor(readonly problems: readonly InputProblem[]) {
    super('INPUT_INVALID', problems[0]?.message ?? 'Invalid arguments');
  }
}

/** The result does not fit `return`, or there was none to return. */
export class OutputInvalidError extends AppError {
  constructor(message: string) {
    super('OUTPUT_INVALID', message);
  }
}

/** The answer is larger than its cap; the message says how to narrow the call. */
export class OutputTooLargeError extends AppError {
  constructor(message: string) {
    super('OUTPUT_TOO_LARGE', message);
  }
}

/** The endpoint's code ran and failed; the message is what the caller may know of it. */
export class ExecutionFailedError extends AppError {
  constructor(message: string, cause?: unknown) {
    super('EXECUTION_FAILED', message, { cause });
  }
}

/** The endpoint did not finish within its deadline and was interrupted. */
export class ExecutionTimeoutError extends AppError {
  constructor(readonly timeoutMs: number) {
    super('EXECUTION_TIMEOUT', `The call did not finish within ${timeoutMs} ms and was stopped`);
  }
}

/** The caller cancelled or went away; the work was interrupted. */
export class ExecutionCancelledError extends AppError {
  constructor() {
    super('EXECUTION_CANCELLED', 'cancelled');
  }
}

/** The process or thread that ran the endpoint ended before it answered; what it did until then stays done. */
export class WorkerLostError extends AppError {
  constructor(message: string, cause?: unknown) {
    super('WORKER_LOST', message, { cause });
  }
}

/** A policy rule refused the call; the message is the rule's own reason. */
export class PolicyDeniedError extends AppError {
  constructor(
    readonly reason: string,
    stage: 'input' | 'output',
    failed: boolean,
  ) {
    super(
      failed ? 'POLICY_FAILED' : 'POLICY_DENIED',
      `${stage === 'input' ? 'Policy' : 'Output policy'} enforcement failed: ${reason}`,
    );
  }
}
