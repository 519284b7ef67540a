import { inspect } from 'node:util';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
  OutputTooLargeError,
} from '../../../../common/errors/endpoint-errors.js';
import { DatabaseUnavailableError, UnavailableError } from '../../../../common/errors/server-errors.js';

/** An error on its way between threads, where classes do not survive. */
export interface ThreadError {
  readonly kind: keyof typeof kinds | 'defect';
  readonly message: string;
  /** Of a timeout. */
  readonly timeoutMs: number;
  /** For the log. */
  readonly cause: unknown;
}

const kinds = {
  failed: ExecutionFailedError,
  timeout: ExecutionTimeoutError,
  cancelled: ExecutionCancelledError,
  tooLarge: OutputTooLargeError,
  unavailable: UnavailableError,
  databaseUnavailable: DatabaseUnavailableError,
} as const;

export function toThreadError(error: unknown): ThreadError {
  const found = Object.entries(kinds).find(([, type]) => error instanceof type);
  const kind = isKind(found?.[0]) ? found[0] : 'defect';
  return {
    kind,
    message: error instanceof Error ? error.message : String(error),
    timeoutMs: error instanceof ExecutionTimeoutError ? error.timeoutMs : 0,
    cause: kind === 'defect' ? portable(error) : portable(error instanceof Error ? error.cause : undefined),
  };
}

export function fromThreadError({ kind, message, timeoutMs, cause }: ThreadError): unknown {
  switch (kind) {
    case 'failed':
      return new ExecutionFailedError(message, cause);
    case 'timeout':
      return new ExecutionTimeoutError(timeoutMs);
    case 'cancelled':
      return new ExecutionCancelledError();
    case 'tooLarge':
      return new OutputTooLargeError(message);
    case 'unavailable':
      return new UnavailableError(message);
    case 'databaseUnavailable':
      return new DatabaseUnavailableError(message, { cause });
    case 'defect':
      return cause;
  }
}

/** Errors cross with their stack; anything else that may not cross goes as its text. */
export function portable(error: unknown): unknown {
  return error === undefined || error instanceof Error ? error : inspect(error);
}

function isKind(name: string | undefined): name is keyof typeof kinds {
  return name !== undefined && name in kinds;
}
