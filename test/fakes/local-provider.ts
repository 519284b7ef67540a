import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import type { JsonObject } from '../../src/common/domain/json.js';

type Path = '/discovery' | '/jwks' | '/introspect' | '/userinfo';

/** One request that reached the provider. */
export interface Asked {
  readonly path: string;
  readonly authorization: string | null;
  readonly form: URLSearchParams;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export interface TokenParts {
  readonly header?: Record<string, unknown>;
  /** Seconds from the time that the claims are made for; 300 by default. */
  readonly expiresIn?: number;
  readonly omit?: readonly string[];
}

/** An OpenID provider on a port of this machine: discovery, keys, introspection and user info. */
export class LocalProvider implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Answers instead of the provider, unless with null. */
  answer: (path: string) => { status: number; body: string } | 'silence' | null = () => null;
  /** What introspection knows, by token. */
  readonly introspected = new Map<string, JsonObject>();
  readonly users = new Map<string, JsonObject>();
  readonly metadata: Record<string, unknown>;
  keys: SigningKey[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    this.metadata = {
      issuer: url,
      jwks_uri: `${url}/jwks`,
      introspection_endpoint: `${url}/introspect`,
      userinfo_endpoint: `${url}/userinfo`,
    };
  }

  static async start(): Promise<LocalProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new LocalProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void provider.#serve(request, response);
    });
    firstKey ??= newKey('RS256');
    provider.keys = [await firstKey];
    return provider;
  }

  get configUrl(): string {
    return `${this.url}/discovery`;
  }

  count(path: Path): number {
    return this.asked.filter((each) => each.path === path).length;
  }

  /** Signs with a new key from now on; the former keys are gone. */
  async rotate(alg = 'ES256'): Promise<void> {
    this.keys = [await newKey(alg)];
  }

  /** A signed access token for `aud`, `now` being when it is issued. */
  token(now: Date, claims: JWTPayload, { header = {}, expiresIn = 300, omit = [] }: TokenParts = {}) {
    const { kid, privateKey, jwk } = this.keys[0]!;
    const issued = Math.floor(now.getTime() / 1000);
    const all: JWTPayload = { iss: this.url, sub: 'u-1', iat: issued, exp: issued + expiresIn, ...claims };
    const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !omit.includes(name)));
    return new SignJWT(payload)
      .setProtectedHeader({ alg: jwk.alg!, kid, typ: 'at+jwt', ...header })
      .sign(privateKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const path = request.url ?? '';
    const authorization = request.headers.authorization ?? null;
    this.asked.push({ path, authorization, form });
    const answer = this.answer(path) ?? this.#own(path, form, authorization);
    if (answer === 'silence') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }

  #own(path: string, form: URLSearchParams, authorization: string | null): { status: number; body: string } {
    const ok = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
    if (path === '/discovery') return ok(this.metadata);
    if (path === '/jwks') return ok({ keys: this.keys.map(({ jwk }) => jwk) });
    if (path === '/introspect')
      return ok(this.introspected.get(form.get('token') ?? '') ?? { active: false });
    const user = this.users.get(authorization?.replace('Bearer ', '') ?? '');
    return user === undefined ? { status: 401, body: '{}' } : ok(user);
  }
}

/** RSA keys take long to make; every provider begins with this one. */
let firstKey: Promise<SigningKey> | null = null;

async function newKey(alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}
