import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { correlationIdOf } from '../../src/common/domain/correlation-id.js';
import { LoginRoutes } from '../../src/modules/auth/login/login-routes.js';
import { StoredUpstreamSessions } from '../../src/modules/auth/login/stored-upstream-sessions.js';
import type { PendingLogin } from '../../src/modules/auth/sign-in.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { MemoryTokenStore } from '../fakes/memory-token-store.js';
import { RecordingAuthJournal } from '../fakes/recording-auth-journal.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { ScriptedProvider } from '../fakes/scripted-provider.js';
import { aPendingLogin, WaitingLogins } from '../fakes/waiting-logins.js';

export interface LoginServerOptions {
  readonly logins?: readonly PendingLogin[];
  readonly issuer?: string;
}

/** A server that has only the pages of logins, with scripted neighbours. */
export function aLoginServer({
  logins = [aPendingLogin()],
  issuer = 'https://mxcp.test',
}: LoginServerOptions = {}) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const store = new MemoryTokenStore(clock);
  const provider = new ScriptedProvider();
  const pending = new WaitingLogins(...logins);
  const journal = new RecordingAuthJournal();
  const sessions = new StoredUpstreamSessions(store, provider, clock, log);
  const app = Fastify({ genReqId: (request) => correlationIdOf(request.headers) });
  const parts = { pending, provider, store, sessions, clock, journal, log, issuer };
  new LoginRoutes({ ...parts, keys: [Buffer.alloc(32, 7)], callbackPath: '/acme/callback' }).mount(app);
  return { ...parts, app };
}

/** A browser: keeps cookies, sends what browsers send. Follows no redirects. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: FastifyInstance,
    private readonly origin = 'https://mxcp.test',
  ) {}

  /** As if it had come from `/authorize`. */
  comesFromAuthorize(uid = 'login-1'): this {
    this.cookies.set('waiting', uid);
    return this;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#ask({ method: 'GET', url, headers });
  }

  post(
    url: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const form = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      origin: this.origin,
      ...headers,
    };
    return this.#ask({ method: 'POST', url, headers: form, payload: new URLSearchParams(fields).toString() });
  }

  /** Opens the consent page and presses a button. */
  async decide(decision: 'approve' | 'deny', uid = 'login-1'): Promise<LightMyRequestResponse> {
    const page = await this.get(`/consent/${uid}`);
    return this.post(`/consent/${uid}`, { csrf: csrfOf(page), decision });
  }

  /** Approves, and gives the state that went to the provider. */
  async approve(uid = 'login-1'): Promise<string> {
    return stateOf(await this.decide('approve', uid));
  }

  /** The names of the cookies that bind logins. */
  get loginCookies(): readonly string[] {
    return [...this.cookies.keys()].filter((name) => name.includes('mxcp_login_'));
  }

  async #ask(options: InjectOptions): Promise<LightMyRequestResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.app.inject({
      ...options,
      headers: { accept: 'text/html,application/xhtml+xml', cookie, ...options.headers },
    });
    for (const { name, value, maxAge } of answer.cookies) {
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

export function csrfOf(page: LightMyRequestResponse): string {
  return /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
}

export function stateOf(answer: LightMyRequestResponse): string {
  return URL.parse(String(answer.headers.location))?.searchParams.get('state') ?? '';
}
