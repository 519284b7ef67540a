import { AppError, type ErrorExtras } from './app-error.js';

/** Why a request was refused (`auth.denied`, audit.md). */
export type DenialReason = 'no_token' | 'invalid_token' | 'expired' | 'provider_error' | 'api_key';

/** The call needs an identity and has none. The reason is for metrics and audit; callers all see the same. */
export class UnauthenticatedError extends AppError {
  constructor(
    readonly reason: DenialReason = 'no_token',
    extras: ErrorExtras = {},
  ) {
    super('UNAUTHENTICATED', '401: Authentication required', extras);
  }
}

/** The token is valid and lacks scopes that every request needs. */
export class ScopeMissingError extends AppError {
  /** @param missing all of them */
  constructor(readonly missing: readonly string[]) {
    super('SCOPE_MISSING', `Required scope: ${missing.join(' ')}`);
  }
}

/** The identity provider answered, and refused: a wrong code, a revoked refresh token, no consent. */
export class ProviderRefusedError extends AppError {
  /** @param error code of RFC 6749, as the provider gave it, or `access_denied` */
  constructor(
    readonly error: string,
    extras: ErrorExtras = {},
  ) {
    super('UNAUTHENTICATED', 'The identity provider refused', extras);
  }
}

/** The identity provider did not answer, or with something that is no answer. */
export class ProviderUnavailableError extends AppError {
  constructor(extras: ErrorExtras = {}) {
    super('UNAVAILABLE', 'The identity provider cannot be reached', extras);
  }
}

/** Sessions cannot be read or written now. */
export class TokenStoreUnavailableError extends AppError {
  constructor(extras: ErrorExtras = {}) {
    super('UNAVAILABLE', 'The token store cannot be reached', extras);
  }
}

/** The authorization server cannot start: what it depends on is missing, broken or does not answer. */
export class OAuthStartError extends AppError {
  /** @param reason for the operator, without secrets */
  constructor(reason: string, extras: ErrorExtras = {}) {
    super('UNAVAILABLE', `OAuth server initialization failed: ${reason}`, extras);
  }
}

/** What the authorization server depends on did not answer in time at start. */
export class OAuthStartTimeoutError extends AppError {
  /** @param what did not answer, by the setting that names it; null: all of it together */
  constructor(what: string | null = null) {
    const which = what === null ? '' : `: ${what} did not answer`;
    super('UNAVAILABLE', `OAuth server initialization timed out${which}`);
  }
}
