import { createHash, randomBytes } from 'node:crypto';
import { fastify, type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import type { IssuerConfig } from '../../src/common/domain/app-config.js';
import { Secret } from '../../src/common/domain/secret.js';
import type { UpstreamIdentity } from '../../src/common/ports/identity-provider.js';
import { IssuerServer, type IssuerParts } from '../../src/modules/auth/issuer/issuer-server.js';
import type { PendingLogin } from '../../src/modules/auth/sign-in.js';
import { SystemClock } from '../../src/modules/telemetry/system-clock.js';
import { MemoryTokenStore } from '../fakes/memory-token-store.js';
import { RecordingAuthJournal } from '../fakes/recording-auth-journal.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { ScriptedSessions } from '../fakes/scripted-sessions.js';

export const ISSUER = 'http://localhost:8000';
export const REDIRECT = 'http://127.0.0.1:7171/done';

export interface IssuerOptions extends Partial<Pick<IssuerParts, 'reach'>> {
  readonly config?: Partial<IssuerConfig>;
  readonly requiredScopes?: readonly string[];
  /** Another server on the same store. */
  readonly beside?: IssuerFixture;
}

export type Form = Readonly<Record<string, string>>;

/** An authorization server on a Fastify of its own, with what stands around it. */
export class IssuerFixture {
  readonly clock = new SystemClock();
  readonly store: MemoryTokenStore;
  readonly sessions: ScriptedSessions;
  readonly log = new RecordingLog();
  readonly journal = new RecordingAuthJournal();
  readonly issuer: IssuerServer;
  readonly app: FastifyInstance = fastify();
  readonly #base: string;
  requiredScopes: readonly string[];

  constructor({ config = {}, requiredScopes = [], beside, ...parts }: IssuerOptions) {
    this.store = beside?.store ?? new MemoryTokenStore(this.clock);
    this.sessions = beside?.sessions ?? new ScriptedSessions();
    this.requiredScopes = requiredScopes;
    const { clock, store, sessions, log, journal } = this;
    const whole = { ...aConfig, ...config };
    this.#base = whole.issuer;
    this.issuer = new IssuerServer({
      config: whole,
      store,
      sessions,
      journal,
      clock,
      log,
      requiredScopes: () => this.requiredScopes,
      ...parts,
    });
    this.issuer.mount(this.app);
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'GET', url, headers });
  }

  post(url: string, form: Form, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    });
  }

  register(metadata: unknown): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'POST',
      url: '/register',
      headers: { 'content-type': 'application/json' },
      payload: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
    });
  }

  /** The id of a public client that registered itself. */
  async client(metadata: object = {}): Promise<string> {
    const reply = await this.register({
      client_name: 'Desk',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      ...metadata,
    });
    return reply.json<{ client_id: string }>().client_id;
  }

  authorize(form: Form): Promise<LightMyRequestResponse> {
    return this.get(`/authorize?${new URLSearchParams(form).toString()}`);
  }

  /** What a page of the login is shown for a browser with these cookies. */
  pending(uid: string, cookie: string): Promise<PendingLogin | null> {
    return this.issuer.pendingLogins.ofBrowser(cookie, uid);
  }

  /** From the authorization request to the code, the user signing in on the way. */
  async login(clientId: string, more: Form = {}, identity?: UpstreamIdentity): Promise<Login> {
    const pkce = aPkce();
    const asked = await this.authorize({ ...anAuthorization(clientId, pkce), ...more });
    const { uid, cookies } = waiting(asked);
    const grantId = randomBytes(8).toString('hex');
    this.sessions.begin(grantId, this.clock.now(), identity);
    const back = await this.issuer.pendingLogins.approve(uid, grantId, 'acct-1');
    const path = String(back).slice(this.#base.length);
    const done = await this.get(path, { cookie: cookies });
    const to = new URL(String(done.headers.location));
    return { code: to.searchParams.get('code') ?? '', verifier: pkce.verifier, grantId, clientId, to };
  }

  redeem(login: Login, more: Form = {}): Promise<LightMyRequestResponse> {
    return this.post('/token', {
      grant_type: 'authorization_code',
      code: login.code,
      code_verifier: login.verifier,
      client_id: login.clientId,
      ...more,
    });
  }

  refresh(clientId: string, refreshToken: string, more: Form = {}): Promise<LightMyRequestResponse> {
    return this.post('/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      ...more,
    });
  }

  /** Tokens of a user that signed in. */
  async tokens(clientId: string, more: Form = {}, identity?: UpstreamIdentity): Promise<Tokens> {
    const login = await this.login(clientId, more, identity);
    const reply = await this.redeem(login);
    return { ...reply.json<Omit<Tokens, 'grantId'>>(), grantId: login.grantId };
  }
}

export interface Login {
  readonly code: string;
  readonly verifier: string;
  readonly grantId: string;
  readonly clientId: string;
  /** Where the browser was sent with the code. */
  readonly to: URL;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly grantId: string;
}

export function anIssuer(options: IssuerOptions = {}): IssuerFixture {
  return new IssuerFixture(options);
}

export function anAuthorization(clientId: string, { challenge } = aPkce()): Form {
  return {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT,
    state: 'st-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
}

function aPkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The request that waits for its user, and the cookies that its browser got. */
export function waiting(reply: LightMyRequestResponse): { uid: string; cookies: string } {
  const uid = /\/consent\/([\w-]+)$/.exec(String(reply.headers.location))?.[1] ?? '';
  const kept = reply.cookies.filter(({ value }) => value !== '');
  const cookies = kept.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { uid, cookies };
}

const aConfig: IssuerConfig = {
  mode: 'issuer',
  issuer: ISSUER,
  provider: {
    kind: 'keycloak',
    name: 'keycloak',
    clientId: 'mxcp',
    clientSecret: new Secret('upstream-secret'),
    callbackPath: '/keycloak/callback',
    scope: 'openid',
    realmUrl: 'http://localhost:9/realms/main',
  },
  clients: [],
  store: { kind: 'sqlite', path: ':memory:', keys: null },
};
