import { createHash, randomBytes } from 'node:crypto';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import { bearerOf, clientOf, FaultyServer, redirect, type Answered, type Asked } from './faulty-server.ts';

export type Claims = Readonly<Record<string, unknown>>;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

interface Grant {
  /** Claims of the user who signed in. */
  readonly user: Claims;
  readonly scope: string;
  readonly nonce: string | null;
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | null;
}

export interface FakeOpenIdOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly port?: number;
  /** Path of the issuer, e.g. `/realms/demo`: with it the URLs are those of a Keycloak realm. */
  readonly path?: string;
}

export interface MintOptions {
  /** Default RS256. `HS256-public-key` misuses the public key (PEM) as the secret. */
  readonly alg?: 'RS256' | 'none' | 'HS256-public-key';
  /** Default `at+jwt`; `JWT` is what Keycloak writes. */
  readonly typ?: string;
  /** Negative: expired that long ago. */
  readonly lifetimeS?: number;
  /** Signed with a key that the provider does not publish, under this `kid`. */
  readonly strangerKid?: string;
}

export const ada: Claims = {
  sub: 'u-ada',
  preferred_username: 'ada',
  email: 'ada@acme.test',
  email_verified: true,
  name: 'Ada Lovelace',
  picture: 'https://pictures.example/ada',
};

/**
 * An OpenID provider. Who signs in is `user`, without a question. Endpoints for `counts` and `fail`: discovery,
 * authorize, token, jwks, userinfo, introspection, revocation.
 */
export class FakeOpenId extends FaultyServer {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claims of who signs in next; user info is looked up here as well, by `sub`. */
  user: Claims = ada;
  /** The next sign-in ends with `access_denied`. */
  denies = false;
  /** Access tokens are opaque from now on. */
  opaque = false;
  /** Sends no refresh tokens. */
  withoutRefresh = false;
  expiresInS = 300;
  /** `aud` of access tokens that sign-ins give; default: the client. */
  audience: string | readonly string[] | null = null;
  /** What answers say instead of the truth; undefined leaves a member out. */
  readonly lies: { metadata: Claims; idToken: Claims; userinfo: Claims; token: Claims; callback: Claims } = {
    metadata: {},
    idToken: {},
    userinfo: {},
    token: {},
    callback: {},
  };
  readonly revoked: string[] = [];
  readonly #path: string;
  readonly #codes = new Map<string, Code>();
  readonly #tokens = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, Grant>();
  #keys: SigningKey[] = [];

  constructor(options: FakeOpenIdOptions = {}) {
    super();
    this.clientId = options.clientId ?? 'fake-client';
    this.clientSecret = options.clientSecret ?? 'openid-canary-secret';
    this.#path = options.path ?? '';
    const below = `${this.#path}/protocol/openid-connect`;
    this.route('discovery', `${this.#path}/.well-known/openid-configuration`, () => this.#discovery());
    this.route('authorize', `${below}/auth`, (asked) => this.#authorize(asked));
    this.route('token', `${below}/token`, (asked) => this.#token(asked));
    this.route('jwks', `${below}/certs`, () => ({ body: { keys: this.#keys.map(({ jwk }) => jwk) } }));
    this.route('userinfo', `${below}/userinfo`, (asked) => this.#userinfo(asked));
    this.route('introspection', `${below}/token/introspect`, (asked) => this.#introspect(asked));
    this.route('revocation', `${below}/revoke`, (asked) => this.#revoke(asked));
  }

  get issuer(): string {
    return `${this.origin}${this.#path}`;
  }

  get configUrl(): string {
    return `${this.issuer}/.well-known/openid-configuration`;
  }

  /** The first key is the same for all fakes of a process: making one takes a while. */
  async start(port?: number): Promise<void> {
    firstKey ??= newKey();
    this.#keys = [await firstKey];
    await this.listen(port);
  }

  /** An access token with these claims over the usual ones; undefined leaves a claim out. */
  async mint(claims: Claims = {}, options: MintOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const lifetimeS = options.lifetimeS ?? this.expiresInS;
    const payload = defined({
      iss: this.issuer,
      sub: this.user['sub'],
      aud: this.audience ?? this.clientId,
      azp: this.clientId,
      client_id: this.clientId,
      scope: 'openid profile email',
      jti: random(),
      iat: now + Math.min(0, lifetimeS) - 1,
      exp: now + lifetimeS,
      ...claims,
    });
    return this.#sign(payload, options);
  }

  /** An ID token, which is no access token. */
  async mintIdToken(claims: Claims = {}, options: MintOptions = {}): Promise<string> {
    const idOnly = { scope: undefined, client_id: undefined, jti: undefined, nonce: random() };
    return this.mint({ aud: this.clientId, ...idOnly, ...claims }, { typ: 'JWT', ...options });
  }

  /** An opaque access token that introspection and userinfo know. */
  mintOpaque(user: Claims = this.user, scope = 'openid profile email'): string {
    const token = `opaque_${random()}`;
    this.#tokens.set(token, { user, scope, nonce: null });
    return token;
  }

  async #sign(payload: Record<string, unknown>, options: MintOptions): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('no key yet');
    if (options.alg === 'none') return new UnsecuredJWT(payload).encode();
    const typ = options.typ ?? 'at+jwt';
    if (options.alg === 'HS256-public-key') {
      const secret = new TextEncoder().encode(await exportSPKI(key.publicKey));
      return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: key.kid, typ }).sign(secret);
    }
    const stranger = options.strangerKid === undefined ? null : await generateKeyPair('RS256');
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: options.strangerKid ?? key.kid, typ })
      .sign(stranger?.privateKey ?? key.privateKey);
  }

  #discovery(): Answered {
    const below = `${this.issuer}/protocol/openid-connect`;
    const truth = {
      issuer: this.issuer,
      authorization_endpoint: `${below}/auth`,
      token_endpoint: `${below}/token`,
      jwks_uri: `${below}/certs`,
      userinfo_endpoint: `${below}/userinfo`,
      introspection_endpoint: `${below}/token/introspect`,
      revocation_endpoint: `${below}/revoke`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
    };
    return { body: defined({ ...truth, ...this.lies.metadata }) };
  }

  #authorize({ url: { searchParams: query } }: Asked): Answered {
    const redirectUri = query.get('redirect_uri');
    if (query.get('client_id') !== this.clientId || redirectUri === null) return { status: 400 };
    const answer = (parameters: Readonly<Record<string, unknown>>): Answered =>
      redirect(
        redirectUri,
        defined({
          ...parameters,
          state: query.get('state'),
          iss: this.issuer,
          ...this.lies.callback,
        }) as Record<string, string>,
      );
    if (this.denies) return answer({ error: 'access_denied' });
    if (query.get('response_type') !== 'code') return answer({ error: 'unsupported_response_type' });
    const code = random();
    this.#codes.set(code, {
      user: this.user,
      scope: query.get('scope') ?? '',
      nonce: query.get('nonce'),
      redirectUri,
      challenge: query.get('code_challenge'),
    });
    return answer({ code });
  }

  async #token(asked: Asked): Promise<Answered> {
    if (!this.#knows(asked)) return { status: 401, body: { error: 'invalid_client' } };
    const grant = asked.body.get('grant_type') === 'refresh_token' ? this.#renew(asked) : this.#redeem(asked);
    if (grant === null) return { status: 400, body: { error: 'invalid_grant' } };
    const sub = grant.user['sub'];
    const accessToken = this.opaque
      ? this.mintOpaque(grant.user, grant.scope)
      : await this.mint({ sub, scope: grant.scope });
    this.#tokens.set(accessToken, grant);
    const refreshToken = `refresh_${random()}`;
    if (!this.withoutRefresh) this.#refreshTokens.set(refreshToken, { ...grant, nonce: null });
    const idClaims = { sub, nonce: grant.nonce ?? undefined, ...this.lies.idToken };
    const truth = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: this.expiresInS,
      refresh_token: this.withoutRefresh ? undefined : refreshToken,
      scope: grant.scope,
      id_token: await this.mintIdToken(idClaims),
    };
    return { headers: { 'Cache-Control': 'no-store' }, body: defined({ ...truth, ...this.lies.token }) };
  }

  #redeem({ body }: Asked): Grant | null {
    const code = body.get('code') ?? '';
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (found === undefined || found.redirectUri !== body.get('redirect_uri')) return null;
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    return found.challenge === null || found.challenge === challenge ? found : null;
  }

  #renew({ body }: Asked): Grant | null {
    const token = body.get('refresh_token') ?? '';
    const found = this.#refreshTokens.get(token) ?? null;
    this.#refreshTokens.delete(token);
    return found;
  }

  #userinfo(asked: Asked): Answered {
    const grant = this.#tokens.get(bearerOf(asked) ?? '');
    if (grant === undefined) {
      return { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } };
    }
    const user = this.user['sub'] === grant.user['sub'] ? this.user : grant.user;
    return { body: defined({ ...user, ...this.lies.userinfo }) };
  }

  /** Knows the tokens that sign-ins and `mintOpaque` gave; any other is inactive. */
  #introspect(asked: Asked): Answered {
    if (!this.#knows(asked)) return { status: 401, body: { error: 'invalid_client' } };
    const grant = this.#tokens.get(asked.body.get('token') ?? '');
    if (grant === undefined) return { body: { active: false } };
    const facts = {
      active: true,
      iss: this.issuer,
      aud: this.audience ?? this.clientId,
      client_id: this.clientId,
      scope: grant.scope,
      exp: Math.floor(Date.now() / 1000) + this.expiresInS,
      token_type: 'Bearer',
    };
    return { body: { ...facts, ...grant.user } };
  }

  #revoke(asked: Asked): Answered {
    if (!this.#knows(asked)) return { status: 401, body: { error: 'invalid_client' } };
    const token = asked.body.get('token') ?? '';
    this.#tokens.delete(token);
    this.#refreshTokens.delete(token);
    this.revoked.push(token);
    return {};
  }

  #knows(asked: Asked): boolean {
    const { id, secret } = clientOf(asked);
    return id === this.clientId && secret === this.clientSecret;
  }
}

export async function startFakeOpenId(options: FakeOpenIdOptions = {}): Promise<FakeOpenId> {
  const provider = new FakeOpenId(options);
  await provider.start(options.port);
  return provider;
}

let firstKey: Promise<SigningKey> | null = null;

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = random();
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
  return { kid, privateKey, publicKey, jwk };
}

function defined(claims: Claims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

function random(): string {
  return randomBytes(16).toString('hex');
}
