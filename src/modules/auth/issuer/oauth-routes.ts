import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toJsonText } from '../../../common/domain/json-text.js';
import { errorCatalog } from '../../../common/errors/error-catalog.js';
import { AppError } from '../../../common/errors/app-error.js';
import type { Log } from '../../../common/ports/log.js';
import type { AuthEvent, AuthJournal } from '../auth-journal.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { authorizationRequest, tokenRequest } from './authorization-request.js';
import { answerMembers, sendJson, sendPage, sendRefusedPage, type Refusal } from './oauth-answers.js';
import { OAuthRequestError } from './oauth-request-error.js';
import type { ProviderAnswer, ProviderExchange } from './provider-exchange.js';
import { registrationAnswer, registrationRequest } from './registration-request.js';
import type { ScopePolicy } from './scope-policy.js';
import type { TokenLifetimes } from './token-lifetimes.js';

const BODY_LIMIT = 65_536;
/** Registrations of one address in a minute. */
const REGISTRATIONS = 20;
const FORM = 'application/x-www-form-urlencoded';

/** Endpoints that scripts in browsers call. */
const scripted = new Set(['/register', '/token', '/revoke']);

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
      scope.addHook('onRequest', (request, reply, done) => {
        reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
        if (scripted.has(request.routeOptions.url ?? '')) allowOrigins(reply);
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
        const given = request.method === 'POST' ? form(request) : queryOf(request);
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
    for (const url of scripted) scope.options(url, (_request, reply) => reply.code(204).send());
    // no token is ever signed; OpenID clients read it all the same
    scope.get('/jwks', (_request, reply) => reply.send({ keys: [] }));
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const given = form(request);
    const answer = await this.#post(request, '/token', tokenRequest(given, this.resources));
    const session = answer.context === null ? null : this.lifetimes.sessionOf(answer.context);
    await this.#record(request, answer, {
      type: tokenEvent(given),
      userId: session?.identity.userId ?? null,
    });
    return sendJson(reply, answer);
  }

  async #revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await this.#post(request, '/revoke', form(request));
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

  async #post(request: FastifyRequest, url: string, parameters: URLSearchParams): Promise<ProviderAnswer> {
    const isNamed = request.headers.authorization !== undefined || Boolean(parameters.get('client_id'));
    if (!isNamed) throw new OAuthRequestError('invalid_client', 'Missing client_id');
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
      ...event,
      status: answer.status < 400 ? 'success' : 'error',
      reason: typeof error === 'string' ? error : null,
      clientId: answer.clientId,
      correlationId: request.id,
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
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
    const { status, ...body } = refusal;
    if (status === 503) reply.header('retry-after', '5');
    if (type === null) return sendRefusedPage(request, reply, status, body);
    return reply.code(status).send(body);
  }

  #refusal(error: unknown, correlationId: string): Refusal {
    if (error instanceof OAuthRequestError) {
      const status = error.error === 'invalid_client' ? 401 : 400;
      return { status, error: error.error, error_description: error.message };
    }
    const status = statusOf(error);
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

/** What the journal calls a request; null for those of browsers, whose logins are recorded when they end. */
function eventOf(request: FastifyRequest): AuthEvent['type'] | null {
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

function tokenEvent(form: URLSearchParams): AuthEvent['type'] {
  return form.get('grant_type') === 'refresh_token' ? 'auth.refresh' : 'auth.token';
}

/** Nobody is recognised by a cookie here, so that a script of any page may call. */
function allowOrigins(reply: FastifyReply): void {
  reply
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'POST, OPTIONS')
    .header('access-control-allow-headers', 'authorization, content-type, mcp-protocol-version')
    .header('access-control-expose-headers', 'www-authenticate, retry-after')
    .header('access-control-max-age', '3600');
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}

function form(request: FastifyRequest): URLSearchParams {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== FORM) throw new OAuthRequestError('invalid_request', `The body must be ${FORM}`);
  return new URLSearchParams(bodyOf(request));
}

function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return errorCatalog[error.code].http ?? 500;
  const status: unknown =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
