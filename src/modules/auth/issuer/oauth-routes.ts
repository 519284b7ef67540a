import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import { errorCatalog } from '../../../common/errors/error-catalog.js';
import { AppError } from '../../../common/errors/app-error.js';
import { requestStatus } from '../../../common/errors/request-status.js';
import type { Log } from '../../../common/ports/log.js';
import { visitorOf, type AuthEvent, type AuthJournal } from '../auth-journal.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { authorizationRequest, tokenRequest } from './authorization-request.js';
import { answerMembers, sendJson, sendPage, sendRefusedPage, type Refusal } from './oauth-answers.js';
import { bodyOf, eventOf, FORM, formOf, queryOf, tokenEvent } from './oauth-requests.js';
import { OAuthRequestError } from './oauth-request-error.js';
import type { ProviderAnswer, ProviderExchange } from './provider-exchange.js';
import { registrationAnswer, registrationRequest } from './registration-request.js';
import type { ScopePolicy } from './scope-policy.js';
import type { TokenLifetimes } from './token-lifetimes.js';

const BODY_LIMIT = 65_536;
/** Registrations of one address in a minute. */
const REGISTRATIONS = 20;

/** The HTTP endpoints of the authorization server (auth.md §4): between Fastify and oidc-provider. */
export class OAuthRoutes {
  constructor(
    private readonly exchange: ProviderExchange,
    private readonly resources: ResourceIdentifiers,
    private readonly scopes: ScopePolicy,
    private readonly lifetimes: TokenLifetimes,
    private readonly journal: AuthJournal,
    private readonly log: Log,
  ) {}

  mount(instance: FastifyInstance): void {
    // in a scope of its own, so that other routes keep their parsers
    void instance.register(async (scope) => {
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
      this.#browserRoutes(scope);
      this.#clientRoutes(scope);
    });
  }

  #browserRoutes(scope: FastifyInstance): void {
    scope.route({
      method: ['GET', 'POST'],
      url: '/authorize',
      handler: async (request, reply) => {
        const given = request.method === 'POST' ? formOf(request) : queryOf(request);
        const parameters = authorizationRequest(given, this.resources);
        const answer = await this.exchange.ask({
          method: 'GET',
          url: `/authorize?${parameters.toString()}`,
        });
        return sendPage(request, reply, answer);
      },
    });
    scope.get<{ Params: { uid: string } }>('/authorize/:uid', async (request, reply) => {
      const url = `/authorize/${encodeURIComponent(request.params.uid)}`;
      return sendPage(
        request,
        reply,
        await this.exchange.ask({ method: 'GET', url, cookie: request.headers.cookie }),
      );
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
    // no token is ever signed; OpenID clients read it all the same
    scope.get('/jwks', (_request, reply) => reply.send({ keys: [] }));
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const given = formOf(request);
    const answer = await this.#post(request, '/token', tokenRequest(given, this.resources));
    const session = answer.context === null ? null : this.lifetimes.sessionOf(answer.context);
    await this.#record(request, answer, {
      type: tokenEvent(given),
      userId: session?.identity.userId ?? null,
    });
    return sendJson(reply, answer);
  }

  async #revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.#post(request, '/revoke', formOf(request));
    await this.#record(request, answer, { type: 'auth.revoke', userId: null });
    return sendJson(reply, answer);
  }

  async #register(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { metadata, echo } = registrationRequest(bodyOf(request), this.scopes);
    const answer = await this.exchange.ask({
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

  #post(request: FastifyRequest, url: string, parameters: URLSearchParams): Promise<ProviderAnswer> {
    return this.exchange.ask({
      method: 'POST',
      url,
      body: { type: FORM, text: parameters.toString() },
      authorization: request.headers.authorization,
    });
  }

  async #record(
    request: FastifyRequest,
    answer: Pick<ProviderAnswer, 'status' | 'body' | 'clientId'>,
    event: Pick<AuthEvent, 'type' | 'userId'>,
  ): Promise<void> {
    const { error } = answer.status < 400 ? {} : answerMembers(answer);
    await this.journal.record({
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
    if (type === null) return sendRefusedPage(request, reply, refusal);
    const { status, ...body } = refusal;
    if (status === 503) reply.header('retry-after', '5');
    return reply.code(status).send(body);
  }

  #refusal(error: unknown, correlationId: string): Refusal {
    if (error instanceof OAuthRequestError) {
      return { status: 400, error: error.error, error_description: error.message };
    }
    const status = error instanceof AppError ? (errorCatalog[error.code].http ?? 500) : requestStatus(error);
    if (status === 429) {
      return { status, error: 'temporarily_unavailable', error_description: 'Too many requests' };
    }
    if (status < 500) {
      return { status, error: 'invalid_request', error_description: 'The request cannot be read' };
    }
    const isExpected = error instanceof AppError && errorCatalog[error.code].http === 503;
    this.log.write(
      isExpected ? 'warning' : 'error',
      'auth',
      'An OAuth request failed',
      { correlationId },
      error,
    );
    return { status: 503, error: 'temporarily_unavailable', error_description: 'Try again in a moment' };
  }
}
