import { AppError, type ErrorExtras } from './app-error.js';

/** Draining, full, or cut off from a dependency; the caller may try again. */
export class UnavailableError extends AppError {
  constructor(message: string) {
    super('UNAVAILABLE', message);
  }
}

/** The database file could not be opened: locked, corrupt, missing or not writable. */
export class DatabaseUnavailableError extends AppError {
  constructor(message: string, extras: ErrorExtras = {}) {
    super('DATABASE_UNAVAILABLE', message, extras);
  }
}

/** The database file is open with other options or functions; who holds it must let go first. */
export class DatabaseHeldError extends AppError {
  constructor(message: string) {
    super('DATABASE_UNAVAILABLE', message);
  }
}

/** The project's code cannot be run at all: no interpreter, or a plugin that cannot be loaded. */
export class EndpointCodeError extends AppError {
  constructor(message: string, extras: ErrorExtras = {}) {
    super('ENDPOINT_INVALID', message, extras);
  }
}

/** The address is taken or not ours. */
export class ListenFailedError extends AppError {
  constructor(message: string, extras: ErrorExtras = {}) {
    super('LISTEN_FAILED', message, extras);
  }
}

/** The record of a call could not be queued, so the call is refused. */
export class AuditFailedError extends AppError {
  constructor(cause?: unknown) {
    super('AUDIT_FAILED', 'Audit unavailable', { cause });
  }
}

/** A defect. The caller sees the call id; the cause goes to the log. */
export class InternalError extends AppError {
  constructor(correlationId: string, cause: unknown) {
    super('INTERNAL', `Internal error (call ${correlationId})`, { cause });
  }
}
