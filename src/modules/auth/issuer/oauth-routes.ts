import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import { errorCatalog } from '../../../common/errors/error-catalog.js';
import { AppError } from '../../../common/errors/app-error.js';
import { requestStatus } from '../../../common/errors/request-status.js';
import { RETRY_AFTER_S } from '../../../common/errors/retry-after.js';
import type { Log } from '../../../common/ports/log.js';
import { visitorOf, type AuthEvent, type AuthJournal } from '../auth-journal.js';
import { OAuthRequestError } from '../clients/oauth-request-error.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { tokenRequest } from './authorization-request.js';
import type { AuthorizationRoutes } from './authorization-routes.js';
import type { FailedClients } from './failed-clients.js';
import { answerMembers, sendJson, sendRefusedPage, type Refusal } from './oauth-answers.js';
import { bodyOf, FORM, form } from './oauth-bodies.js';
import type { LibraryAnswer, LibraryExchange } from './library-exchange.js';
import { postOnly } from './post-only.js';
import { registrationAnswer, registrationRequest } from './registration-request.js';
import type { ScopePolicy } from './scope-policy.js';
import type { TokenLifetimes } from './token-lifetimes.js';

const BODY_LIMIT = 65_536;
/** Registrations of one sender in a minute. */
const REGISTRATIONS = 20;

/** What tells an error other than 400. */
const statuses: Readonly<Record<string, number>> = { invalid_client: 401, temporarily_unavailable: 429 };

/** What the endpoints are made of. */
export interface OAuthParts {
  readonly exchange: LibraryExchange;
  readonly authorization: AuthorizationRoutes;
  readonly resources: ResourceIdentifiers;
  readonly scopes: ScopePolicy;
  readonly lifetimes: TokenLifetimes;
  readonly failures: FailedClients;
  readonly journal: AuthJournal;
  readonly log: Log;
}

/** The HTTP endpoints of the authorization server (auth.md §4): between Fastify and oidc-provider. */
export class OAuthRoutes {
  constructor(private readonly parts: OAuthParts) {}

  mount(instance: FastifyInstance): void {
    // in a scope of its own, so that other routes keep their parsers
    void instance.register(async (scope) => {
      // of an IPv6 address it counts the first 64 bits
      await scope.register(rateLimit, { global: false });
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        '*',
        { parseAs: 'string', bodyLimit: BODY_LIMIT },
        (_request, text, parsed) => {
          parsed(null, text);
        },
      );
      scope.addHook('onRequest', (_request, reply, done) => {
        reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
        done();
      });
      scope.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply));
      this.parts.authorization.mount(scope);
      this.#clientRoutes(scope);
    });
  }

  #clientRoutes(scope: FastifyInstance): void {
    scope.post('/token', (request, reply) => this.#token(request, reply));
    scope.post('/revoke', (request, reply) => this.#revoke(request, reply));
    scope.post(
      '/register',
      { config: { rateLimit: { max: REGISTRATIONS, timeWindow: '1 minute' } } },
      (request, reply) => this.#register(request, reply),
    );
    for (const url of ['/token', '/revoke', '/register']) postOnly(scope, url);
    // no token is ever signed; OpenID clients read it all the same
    scope.get('/jwks', (_request, reply) => reply.send({ keys: [] }));
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const given = form(request);
    const answer = await this.#post(request, '/token', tokenRequest(given, this.parts.resources));
    await this.#record(request, answer, { type: tokenEvent(given), userId: this.#userOf(answer) });
    return sendJson(reply, answer);
  }

  async #revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.#post(request, '/revoke', form(request));
    await this.#record(request, answer, { type: 'auth.revoke', userId: this.#userOf(answer) });
    return sendJson(reply, answer);
  }

  /** Whose token the request was about. */
  #userOf({ context }: LibraryAnswer): string | null {
    const session = context === null ? null : this.parts.lifetimes.sessionOf(context);
    return session?.identity.userId ?? null;
  }

  async #register(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { metadata, echo } = registrationRequest(bodyOf(request), this.parts.scopes);
    const answer = await this.parts.exchange.ask({
      method: 'POST',
      url: '/register',
      body: { type: 'application/json', text: toJsonText(metadata) },
    });
    const registered = answerMembers(answer);
    const clientId = registered['client_id'];
    const recorded = { ...answer, clientId: typeof clientId === 'string' ? clientId : null };
    await this.#record(request, recorded, { type: 'auth.register', userId: null });
    if (answer.status >= 400) return sendJson(reply, answer);
    return reply.code(answer.status).send(registrationAnswer(registered, echo));
  }

  async #post(request: FastifyRequest, url: string, parameters: URLSearchParams): Promise<LibraryAnswer> {
    const authorization = authorizationOf(request);
    const client = basicUser(authorization) ?? parameters.get('client_id') ?? '';
    if (client === '') throw new OAuthRequestError('invalid_client', 'Missing client_id');
    const { failures, exchange } = this.parts;
    if (failures.isGuessing(request.ip, client)) {
      throw new OAuthRequestError('temporarily_unavailable', 'Too many failures of this client');
    }
    const body = { type: FORM, text: parameters.toString() };
    const answer = await exchange.ask({ method: 'POST', url, body, authorization });
    if (answer.status === 401) failures.failed(request.ip, client);
    return answer;
  }

  async #record(
    request: FastifyRequest,
    answer: Pick<LibraryAnswer, 'status' | 'body' | 'clientId'>,
    event: Pick<AuthEvent, 'type' | 'userId'>,
  ): Promise<void> {
    const { error } = answer.status < 400 ? {} : answerMembers(answer);
    await this.parts.journal.record({
      ...visitorOf(incomingRequest(request)),
      ...event,
      status: answer.status < 400 ? 'success' : 'error',
      reason: typeof error === 'string' ? error : null,
      clientId: answer.clientId,
    });
  }

  /** Everything that is no answer of oidc-provider's. */
  async #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const refusal = this.#refusal(error, request.id);
    const type = eventOf(request);
    if (type !== null) {
      const answer = { status: refusal.status, body: toJsonText({ error: refusal.error }), clientId: null };
      await this.#record(request, answer, { type, userId: null });
    }
    if (type === null || type === 'auth.authorize') return sendRefusedPage(request, reply, refusal);
    const { status, ...body } = refusal;
    if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
    if (status === 429 && reply.getHeader('retry-after') === undefined) reply.header('retry-after', '60');
    return reply.code(status).send(body);
  }

  #refusal(error: unknown, correlationId: string): Refusal {
    if (error instanceof OAuthRequestError) {
      return { status: statuses[error.error] ?? 400, error: error.error, error_description: error.message };
    }
    const status = error instanceof AppError ? (errorCatalog[error.code].http ?? 500) : requestStatus(error);
    if (status === 429) {
      return { status, error: 'temporarily_unavailable', error_description: 'Too many requests' };
    }
    if (status < 500) {
      const text = status === 413 ? 'The request is too large' : 'The request cannot be read';
      return { status, error: 'invalid_request', error_description: text };
    }
    const isExpected = error instanceof AppError && errorCatalog[error.code].http === 503;
    this.parts.log.write(
      isExpected ? 'warning' : 'error',
      'auth',
      'An OAuth request failed',
      { correlationId },
      error,
    );
    return { status: 503, error: 'temporarily_unavailable', error_description: 'Try again in a moment' };
  }
}

/** What the journal calls a request; null for those of a login that is recorded when it ends. */
function eventOf(request: FastifyRequest): AuthEvent['type'] | null {
  switch (request.routeOptions.url) {
    case '/token':
      return tokenEvent(new URLSearchParams(bodyOf(request)));
    case '/revoke':
      return 'auth.revoke';
    case '/register':
      return 'auth.register';
    case '/authorize':
      return 'auth.authorize';
    default:
      return null;
  }
}

function tokenEvent(form: URLSearchParams): AuthEvent['type'] {
  return form.get('grant_type') === 'refresh_token' ? 'auth.refresh' : 'auth.token';
}

/** @throws OAuthRequestError when there are several: whoever is in front may have looked at another one */
function authorizationOf(request: FastifyRequest): string | undefined {
  const { authorization } = incomingRequest(request).headers;
  if (authorization === undefined || typeof authorization === 'string') return authorization;
  throw new OAuthRequestError('invalid_request', 'There must be one Authorization header');
}

/** Who wants to be let in by HTTP Basic; null without a header, a name for all whose header cannot be read. */
function basicUser(authorization: string | undefined): string | null {
  const encoded = /^Basic\s+([\w+/=-]+)\s*$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return authorization === undefined ? null : 'authorization';
  return Buffer.from(encoded, 'base64').toString().split(':', 1)[0] || 'authorization';
}
