import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import { visitorOf, type AuthJournal } from '../auth-journal.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { authorizationRequest } from './authorization-request.js';
import { errorOf, sendPage } from './oauth-answers.js';
import { form } from './oauth-bodies.js';
import type { LibraryAnswer, LibraryExchange } from './library-exchange.js';
import type { WaitingBrowsers } from './waiting-browsers.js';

/** Longest authorization request: it is kept until its user has signed in. */
const REQUEST_LIMIT = 16_384;
/** Of one sender in a minute. */
const rateLimit = { max: 300, timeWindow: '1 minute' };

type ResumeRequest = FastifyRequest<{ Params: { uid: string } }>;

/** `/authorize`, which begins to wait for a user, and `/authorize/:uid`, where the browser is when that is over. */
export class AuthorizationRoutes {
  constructor(
    private readonly exchange: LibraryExchange,
    private readonly resources: ResourceIdentifiers,
    private readonly browsers: WaitingBrowsers,
    private readonly journal: Pick<AuthJournal, 'record'>,
  ) {}

  /** A HEAD request would begin a login that nobody can go on with, or use up the code of one. */
  mount(scope: FastifyInstance): void {
    scope.route({
      method: ['GET', 'POST'],
      url: '/authorize',
      exposeHeadRoute: false,
      bodyLimit: REQUEST_LIMIT,
      config: { rateLimit },
      handler: (request, reply) => this.#begin(request, reply),
    });
    scope.get('/authorize/:uid', { exposeHeadRoute: false }, (request: ResumeRequest, reply) =>
      this.#resume(request, reply),
    );
  }

  async #begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const given = request.method === 'POST' ? form(request) : queryOf(request);
    const url = `/authorize?${authorizationRequest(given, this.resources).toString()}`;
    const answer = await this.exchange.ask({ method: 'GET', url });
    if (answer.waiting !== null) reply.header('set-cookie', this.browsers.keep(answer.waiting));
    await this.#recordRefusal(request, answer);
    return sendPage(request, reply, answer);
  }

  /** Others end with their login, and are recorded then. */
  async #recordRefusal(request: FastifyRequest, answer: LibraryAnswer): Promise<void> {
    const reason = errorOf(answer);
    if (reason === null) return;
    await this.journal.record({
      ...visitorOf(incomingRequest(request)),
      type: 'auth.authorize',
      status: 'error',
      reason,
      userId: null,
      clientId: answer.clientId,
    });
  }

  async #resume(request: ResumeRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { uid } = request.params;
    const url = `/authorize/${encodeURIComponent(uid)}`;
    const isKnown = this.browsers.isOf(request.headers.cookie, uid);
    const answer = await this.exchange.ask({ method: 'GET', url, ...(isKnown ? { resumed: uid } : {}) });
    if (isKnown) reply.header('set-cookie', this.browsers.drop(uid));
    // a user who has not signed in yet is asked once more
    if (answer.waiting !== null) reply.header('set-cookie', this.browsers.keep(answer.waiting));
    return sendPage(request, reply, answer);
  }
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}
