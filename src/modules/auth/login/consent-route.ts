import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import { visitorOf } from '../auth-journal.js';
import { redirect, showError, showPage } from '../pages/browser-reply.js';
import type { PendingLogin, PendingLogins } from '../sign-in.js';
import type { BrowserCookies } from '../browser-cookies.js';
import { consentPage, type ConsentSurroundings } from './consent-page.js';
import { LoginAttempts } from './login-attempts.js';
import { foreign, gone, unreadable } from './page-errors.js';
import { RememberedApprovals } from './remembered-approvals.js';
import type { SignInFlow } from './sign-in-flow.js';
import type { Signatures } from './signatures.js';

const CSRF = 'csrf';

/** Of one sender: where no approval is needed, each visit leaves an attempt in the store. */
const rateLimit = { max: 300, timeWindow: '1 minute' };

type ConsentRequest = FastifyRequest<{ Params: { uid: string } }>;

/** `/consent/:uid`: the user of this browser approves the client, or does not (auth.md §13.8). */
export class ConsentRoute {
  constructor(
    private readonly pending: PendingLogins,
    private readonly flow: SignInFlow,
    private readonly approvals: RememberedApprovals,
    private readonly cookies: BrowserCookies,
    private readonly signatures: Signatures,
    private readonly around: ConsentSurroundings,
  ) {}

  mount(scope: FastifyInstance): void {
    const url = '/consent/:uid';
    const config = { rateLimit };
    scope.get(url, { exposeHeadRoute: false, config }, (request: ConsentRequest, reply) =>
      this.#show(request, reply),
    );
    scope.post(url, { config }, (request: ConsentRequest, reply) => this.#decide(request, reply));
  }

  async #show(request: ConsentRequest, reply: FastifyReply): Promise<FastifyReply> {
    const login = await this.#login(request);
    if (login === null) return showError(request, reply, gone);
    if (login.isStatic || this.approvals.includes(this.#remembered(request), login)) {
      return this.#begin(login, request, reply);
    }
    return showPage(reply, consentPage(login, this.around, this.signatures.sign(CSRF, login.uid)));
  }

  async #decide(request: ConsentRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (this.#isForeign(request)) return showError(request, reply, foreign);
    const form = request.body;
    const decision = form instanceof URLSearchParams ? form.get('decision') : null;
    if (!(form instanceof URLSearchParams) || (decision !== 'approve' && decision !== 'deny')) {
      return showError(request, reply, unreadable);
    }
    const login = await this.#login(request);
    if (login === null) return showError(request, reply, gone);
    // the page with the token was shown to the browser that has the cookie of this login, to no other
    if (!this.signatures.verifies(CSRF, login.uid, form.get('csrf') ?? ''))
      return showError(request, reply, foreign);
    if (decision === 'deny') {
      const to = await this.flow.deny(login, visitorOf(incomingRequest(request)));
      return to === null ? showError(request, reply, gone) : redirect(reply, to);
    }
    const approved = this.approvals.with(this.#remembered(request), login);
    const kept = this.cookies.keep(RememberedApprovals.cookie, approved, RememberedApprovals.maxAgeS);
    return this.#begin(login, request, reply.header('set-cookie', kept));
  }

  async #begin(login: PendingLogin, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { to, opened } = await this.flow.begin(login, visitorOf(incomingRequest(request)));
    if (to === null) return showError(request, reply, gone);
    if (opened !== null) {
      const name = LoginAttempts.cookieOf(opened.attempt.state);
      reply.header('set-cookie', this.cookies.keep(name, opened.browserSecret, LoginAttempts.lifetimeS));
    }
    return redirect(reply, to);
  }

  #login(request: ConsentRequest): Promise<PendingLogin | null> {
    return this.pending.ofBrowser(request.headers.cookie, request.params.uid);
  }

  #remembered(request: FastifyRequest): string | null {
    return this.cookies.read(request.headers.cookie, RememberedApprovals.cookie);
  }

  /** By what browsers say of a form's page, beside the token; other clients say nothing. */
  #isForeign(request: FastifyRequest): boolean {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
    const { origin } = request.headers;
    const own = [new URL(this.around.issuer).origin, `${request.protocol}://${request.host}`];
    return origin !== undefined && !own.includes(origin);
  }
}
