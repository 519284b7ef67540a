import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../common/errors/app-error.js';
import { requestStatus } from '../../../common/errors/request-status.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { IdentityProvider } from '../../../common/ports/identity-provider.js';
import type { Log } from '../../../common/ports/log.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { AuthJournal } from '../auth-journal.js';
import { showError } from '../pages/browser-reply.js';
import type { PendingLogins } from '../sign-in.js';
import { BrowserCookies } from '../browser-cookies.js';
import { CallbackRoute } from './callback-route.js';
import { ConsentRoute } from './consent-route.js';
import { LoginAttempts } from './login-attempts.js';
import { notAForm, tooLarge, tooMany, unavailable, unreadable, wrongMethod } from './page-errors.js';
import { RememberedApprovals } from './remembered-approvals.js';
import { SignInFlow } from './sign-in-flow.js';
import { Signatures } from './signatures.js';
import type { StoredUpstreamSessions } from './stored-upstream-sessions.js';

/** What a login is made of. */
export interface LoginParts {
  readonly pending: PendingLogins;
  readonly provider: IdentityProvider;
  readonly store: TokenStore;
  readonly sessions: StoredUpstreamSessions;
  readonly clock: Clock;
  readonly journal: AuthJournal;
  readonly log: Log;
  /** Of 32 bytes, shared by all replicas: the first signs what browsers keep, all verify. */
  readonly keys: readonly [Buffer, ...Buffer[]];
  /** Without trailing slash; its path, if any, is one that a proxy strips. */
  readonly issuer: string;
  /** Begins with `/`. */
  readonly callbackPath: string;
}

const FORM = 'application/x-www-form-urlencoded';
const FORM_LIMIT = 8 * 1024;

/** What happens between `/authorize` and the client's redirect: consent, the identity provider, and back. */
export class LoginRoutes {
  readonly #consent: ConsentRoute;
  readonly #callback: CallbackRoute;

  constructor(private readonly parts: LoginParts) {
    const { pending, provider, store, sessions, clock, journal, log, keys, issuer, callbackPath } = parts;
    const callbackUrl = `${issuer}${callbackPath}`;
    const signatures = new Signatures(keys);
    const cookies = new BrowserCookies(issuer);
    const attempts = new LoginAttempts(store, clock, callbackUrl);
    const flow = new SignInFlow(pending, provider, sessions, attempts, journal, log);
    const approvals = new RememberedApprovals(signatures, clock);
    const around = { issuer, provider: provider.name, providerScopes: provider.scopes };
    this.#consent = new ConsentRoute(pending, flow, approvals, cookies, signatures, around);
    this.#callback = new CallbackRoute(callbackPath, callbackUrl, flow, attempts, cookies);
  }

  mount(instance: FastifyInstance): void {
    // in a scope of its own, so that other routes keep their parsers
    void instance.register(async (scope) => {
      await scope.register(rateLimit, { global: false });
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        FORM,
        { parseAs: 'string', bodyLimit: FORM_LIMIT },
        (_request, text, parsed) => {
          parsed(null, new URLSearchParams(text.toString()));
        },
      );
      scope.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply));
      this.#consent.mount(scope);
      this.#callback.mount(scope);
      refuseOthers(scope, '/consent/:uid', ['GET', 'POST']);
      refuseOthers(scope, this.parts.callbackPath, ['GET']);
    });
  }

  #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status = requestStatus(error);
    if (status === 429) return showError(request, reply, tooMany);
    if (status === 413) return showError(request, reply, tooLarge);
    if (status === 415) return showError(request, reply, notAForm);
    if (status < 500) return showError(request, reply, unreadable);
    const level = error instanceof AppError && error.code === 'UNAVAILABLE' ? 'warning' : 'error';
    this.parts.log.write(level, 'auth', 'A sign-in could not go on', { correlationId: request.id }, error);
    return showError(request, reply, unavailable);
  }
}

/** Other methods, of which a body is not even read. */
function refuseOthers(scope: FastifyInstance, url: string, allowed: readonly string[]): void {
  const method = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !allowed.includes(name));
  const refuse = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    showError(request, reply.header('allow', allowed.join(', ')), wrongMethod);
  scope.route({ method, url, onRequest: (request, reply) => void refuse(request, reply), handler: refuse });
}
