import type { ErrorCode } from './error-catalog.js';

export interface ErrorExtras {
  /** Facts for log and audit; never sent to a caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Base of every error this product raises. `message` is written for the caller and holds no secret,
 * no internal path and no value of an argument; `details` and `cause` are for log and audit.
 */
export abstract class AppError extends Error {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    extras: ErrorExtras = {},
  ) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = new.target.name;
    this.details = extras.details ?? {};
  }
}
