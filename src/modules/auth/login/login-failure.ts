import { ProviderRefusedError } from '../../../common/errors/auth-errors.js';
import { AppError } from '../../../common/errors/app-error.js';
import type { ErrorCode } from '../../../common/errors/error-catalog.js';
import { descriptionText } from './display-text.js';

/** What the client is told of a sign-in that failed (RFC 6749 §4.1.2.1). */
export interface LoginFailure {
  readonly error: 'access_denied' | 'temporarily_unavailable' | 'server_error';
  readonly description: string;
}

/** Codes that find fault with this server's own request; the client can do nothing about them. */
const ours = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'invalid_target',
  'unauthorized_client',
  'unsupported_response_type',
  'redirect_uri_mismatch',
  'application_suspended',
  'server_error',
]);

/** Failures of this server or its neighbours that are over when the user tries again. */
const passing = new Set<ErrorCode>(['UNAVAILABLE', 'AUDIT_FAILED']);

/** @param error of the provider's answer, any text */
export function failureOfAnswer(error: string, description: string | null): LoginFailure {
  const told = descriptionText(description ?? '');
  if (error === 'temporarily_unavailable') {
    return { error, description: told || 'The identity provider is not available' };
  }
  if (ours.has(error)) {
    return { error: 'server_error', description: told || 'The identity provider did not accept the request' };
  }
  return { error: 'access_denied', description: told || 'The sign-in was refused' };
}

/** Null for what nobody expects to be thrown. */
export function failureOfError(error: unknown): LoginFailure | null {
  if (error instanceof ProviderRefusedError) {
    return { error: 'access_denied', description: 'The identity provider refused the sign-in' };
  }
  if (error instanceof AppError && passing.has(error.code)) {
    return { error: 'temporarily_unavailable', description: error.message };
  }
  return null;
}
