import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import { showError } from '../pages/browser-reply.js';
import type { LibraryAnswer } from './library-exchange.js';

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
export function sendPage(request: FastifyRequest, reply: FastifyReply, answer: LibraryAnswer): FastifyReply {
  const { location } = answer.headers;
  if (typeof location === 'string') {
    return reply.code(302).header('location', location).header('referrer-policy', 'no-referrer').send();
  }
  const { error, error_description: description } = answerMembers(answer);
  if (error === 'invalid_client') return sendRefusedPage(request, reply, { status: 400, ...unknownClient });
  return sendRefusedPage(request, reply, {
    status: answer.status,
    error: typeof error === 'string' ? error : 'invalid_request',
    error_description: typeof description === 'string' ? description : 'The request cannot be served',
  });
}

/** For whom nobody can be redirected to. */
export function sendRefusedPage(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): FastifyReply {
  const { status, error, error_description: text } = refusal;
  return showError(request, reply, { status, error, title: 'This sign-in is not possible', text });
}

/** As oidc-provider has it. */
export function sendJson(reply: FastifyReply, answer: LibraryAnswer): FastifyReply {
  const challenge = answer.headers['www-authenticate'];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  // a metadata document that cannot be fetched makes a client as unknown as one that never registered
  const isUnknown = answer.status === 400 && answerMembers(answer)['error'] === 'invalid_client';
  reply.code(isUnknown ? 401 : answer.status);
  return answer.body === '' ? reply.send() : reply.type('application/json').send(answer.body);
}

/** The members of a JSON answer; none when it is something else. */
export function answerMembers({ body }: Pick<LibraryAnswer, 'body'>): JsonObject {
  return parseJsonObject(body) ?? {};
}

/** The OAuth error that an answer has for the client or, by way of a redirect, for who sent the browser; else null. */
export function errorOf(answer: Pick<LibraryAnswer, 'status' | 'headers' | 'body'>): string | null {
  const { location } = answer.headers;
  if (typeof location === 'string') return errorInRedirect(location);
  if (answer.status < 400) return null;
  const { error } = answerMembers(answer);
  return typeof error === 'string' ? error : 'error';
}

/** A refused response type leaves its error where that type would have had the tokens: there the query is the client's. */
function errorInRedirect(location: string): string | null {
  const url = URL.parse(location);
  return new URLSearchParams(url?.hash.slice(1)).get('error') ?? url?.searchParams.get('error') ?? null;
}
