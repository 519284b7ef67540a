import type { FastifyRequest } from 'fastify';
import { OAuthRequestError } from '../clients/oauth-request-error.js';

export const FORM = 'application/x-www-form-urlencoded';

/** The parameters of a form. @throws OAuthRequestError when the body is something else */
export function form(request: FastifyRequest): URLSearchParams {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== FORM) throw new OAuthRequestError('invalid_request', `The body must be ${FORM}`);
  return new URLSearchParams(bodyOf(request));
}

export function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}
