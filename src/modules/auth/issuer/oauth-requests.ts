import type { FastifyRequest } from 'fastify';
import type { AuthEvent } from '../auth-journal.js';
import { OAuthRequestError } from './oauth-request-error.js';

export const FORM = 'application/x-www-form-urlencoded';

/** What the journal calls a request; null for those of browsers, whose logins are recorded when they end. */
export function eventOf(request: FastifyRequest): AuthEvent['type'] | null {
  switch (request.routeOptions.url) {
    case '/token':
      return tokenEvent(new URLSearchParams(bodyOf(request)));
    case '/revoke':
      return 'auth.revoke';
    case '/register':
      return 'auth.register';
    default:
      return null;
  }
}

export function tokenEvent(form: URLSearchParams): AuthEvent['type'] {
  return form.get('grant_type') === 'refresh_token' ? 'auth.refresh' : 'auth.token';
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}

export function formOf(request: FastifyRequest): URLSearchParams {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== FORM) throw new OAuthRequestError('invalid_request', `The body must be ${FORM}`);
  return new URLSearchParams(bodyOf(request));
}

export function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}
