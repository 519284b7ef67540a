import type { FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER_S } from '../../../common/errors/retry-after.js';
import { errorPage, type PageError } from './error-page.js';
import { pageHeaders } from './html.js';

/** Sends a browser on; the address it leaves is nobody's business. */
export function redirect(reply: FastifyReply, to: URL): FastifyReply {
  return reply
    .code(303)
    .header('location', to.href)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send();
}

export function showPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.headers(pageHeaders).send(text);
}

/** A page for browsers, an OAuth error for everybody else. */
export function showError(request: FastifyRequest, reply: FastifyReply, error: PageError): FastifyReply {
  reply.code(error.status);
  if (error.status === 503) reply.header('retry-after', RETRY_AFTER_S);
  if (request.headers.accept?.includes('text/html') === true) {
    return showPage(reply, errorPage(error, request.id));
  }
  return reply.header('cache-control', 'no-store').send({
    error: error.error,
    error_description: `${error.title}: ${error.text}`,
    correlationId: request.id,
  });
}
