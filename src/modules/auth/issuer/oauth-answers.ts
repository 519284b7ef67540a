import type { FastifyReply, FastifyRequest } from 'fastify';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { ERROR_PAGE_POLICY, errorPage } from './error-page.js';
import type { ProviderAnswer } from './provider-exchange.js';

/** An error that is not oidc-provider's. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
}

/** What the user can do about `invalid_client`, which means a client that is not there, or not any more. */
const unknownClient = {
  error: 'invalid_request',
  error_description:
    'The application is not known here: it registered long ago, or what it says about itself cannot be read. ' +
    'Remove this server from the application and add it again.',
} as const;

/** A redirect, as 302 (auth.md §4.4); what the browser is to show as a page, if it shows pages. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, answer: ProviderAnswer): FastifyReply {
  const cookies = answer.headers['set-cookie'];
  if (cookies !== undefined) reply.header('set-cookie', cookies);
  const { location } = answer.headers;
  if (typeof location === 'string') {
    return reply.code(302).header('location', location).header('referrer-policy', 'no-referrer').send();
  }
  const { error, error_description: description } = answerMembers(answer);
  if (error === 'invalid_client') return sendRefusedPage(request, reply, 400, unknownClient);
  return sendRefusedPage(request, reply, answer.status, {
    error: typeof error === 'string' ? error : 'invalid_request',
    error_description: typeof description === 'string' ? description : 'The request cannot be served',
  });
}

/** A page for browsers, JSON for everything else. */
export function sendRefusedPage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  body: Omit<Refusal, 'status'>,
): FastifyReply {
  reply.code(status);
  if (request.headers.accept?.includes('text/html') !== true) return reply.send(body);
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', ERROR_PAGE_POLICY)
    .header('x-content-type-options', 'nosniff')
    .send(errorPage(body.error, body.error_description));
}

/** As oidc-provider has it. */
export function sendJson(reply: FastifyReply, answer: ProviderAnswer): FastifyReply {
  const challenge = answer.headers['www-authenticate'];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  // a metadata document that cannot be fetched makes a client as unknown as one that never registered
  const isUnknown = answer.status === 400 && answerMembers(answer)['error'] === 'invalid_client';
  reply.code(isUnknown ? 401 : answer.status);
  return answer.body === '' ? reply.send() : reply.type('application/json').send(answer.body);
}

/** The members of a JSON answer; none when it is something else. */
export function answerMembers({ body }: Pick<ProviderAnswer, 'body'>): JsonObject {
  let value: JsonValue;
  try {
    value = parseJsonText(body);
  } catch {
    return {};
  }
  return isJsonObject(value) ? value : {};
}
