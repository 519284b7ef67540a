import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incomingRequest } from '../../../common/domain/incoming-request.js';
import { visitorOf } from '../auth-journal.js';
import type { BrowserCookies } from '../browser-cookies.js';
import { redirect, showError } from '../pages/browser-reply.js';
import { LoginAttempts } from './login-attempts.js';
import { gone, incomplete } from './page-errors.js';
import type { SignInFlow } from './sign-in-flow.js';

const stateText = /^[\w-]{43}$/;

/** Where the identity provider sends the browser back (auth.md §4.5). */
export class CallbackRoute {
  /** @param callbackUrl as the provider knows it; behind a proxy it differs from what is requested here */
  constructor(
    private readonly path: string,
    private readonly callbackUrl: string,
    private readonly flow: SignInFlow,
    private readonly attempts: LoginAttempts,
    private readonly cookies: BrowserCookies,
  ) {}

  mount(scope: FastifyInstance): void {
    // a HEAD request would use the state up
    scope.get(this.path, { exposeHeadRoute: false }, (request, reply) => this.#finish(request, reply));
  }

  async #finish(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const callback = new URL(this.callbackUrl);
    callback.search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
    const answer = callback.searchParams;
    if (!answer.has('code') && !answer.has('error')) return showError(request, reply, incomplete);
    const state = once(answer, 'state');
    if (state === null || !stateText.test(state)) return this.#refuse(request, reply);
    const name = LoginAttempts.cookieOf(state);
    const secret = this.cookies.read(request.headers.cookie, name);
    const returned = await this.attempts.take(state, secret);
    if (returned === null) return this.#refuse(request, reply);
    const to = await this.flow.finish(returned, callback, visitorOf(incomingRequest(request)));
    reply.header('set-cookie', this.cookies.drop(name));
    return to === null ? showError(request, reply, gone) : redirect(reply, to);
  }

  /** Nobody is told but the user: whoever sent them here may not be whom they came from. */
  async #refuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.flow.reject(null, 'invalid_request', visitorOf(incomingRequest(request)));
    return showError(request, reply, gone);
  }
}

function once(parameters: URLSearchParams, name: string): string | null {
  const values = parameters.getAll(name);
  return values.length === 1 ? (values[0] ?? null) : null;
}
