import type { IncomingRequest } from '../domain/incoming-request.js';
import type { Principal } from '../domain/principal.js';
import type { ScopeMissingError, UnauthenticatedError } from '../errors/auth-errors.js';

/** How a refused request is answered (RFC 6750 §3). */
export interface Refusal {
  readonly status: 401 | 403;
  /** Value of `WWW-Authenticate`. */
  readonly challenge: string;
  /** `error` of the body. */
  readonly error: string;
  readonly description: string;
}

/** Finds out who sent an HTTP request. */
export abstract class Authenticator {
  /** @throws UnauthenticatedError, ScopeMissingError, UnavailableError when nobody can say now */
  abstract authenticate(request: IncomingRequest): Promise<Principal>;

  abstract refusal(error: UnauthenticatedError | ScopeMissingError, request: IncomingRequest): Refusal;
}
