import { createHash, randomBytes } from 'node:crypto';
import { send, sendForm, type RawAnswer } from './raw-http.ts';
import { UserAgent } from './user-agent.ts';

/** Where clients of the tests are called back; nobody listens there. */
export const redirectUri = 'http://127.0.0.1:7171/done';

/** What an OAuth endpoint answers, as far as tests look. */
export interface OAuthAnswer {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
  readonly scope?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly error?: string;
  readonly error_description?: string;
  readonly [other: string]: unknown;
}

export interface Answer extends RawAnswer {
  readonly body: OAuthAnswer;
}

function answerOf(answer: RawAnswer): Answer {
  const isJson = answer.text.startsWith('{');
  return { ...answer, body: isJson ? (JSON.parse(answer.text) as OAuthAnswer) : {} };
}

/** A code with what it takes to redeem it. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly body: OAuthAnswer;
}

/** Parameters over the usual ones; null leaves one out. */
type Changes = Readonly<Record<string, string | null>>;

/** An OAuth client that does each step by itself, so that a test can do it wrong. */
export class OAuthClient {
  /** Of the authorization server; its endpoints are where this product has them. */
  readonly issuer: string;
  readonly clientId: string;
  readonly #clientSecret: string | null;

  constructor(issuer: string, clientId: string, clientSecret: string | null = null) {
    this.issuer = issuer;
    this.clientId = clientId;
    this.#clientSecret = clientSecret;
  }

  /** Registers itself as a public client. */
  static async register(issuer: string, metadata: object = {}): Promise<OAuthClient> {
    const { status, text, body } = await register(issuer, metadata);
    if (status !== 201 || body.client_id === undefined) throw new Error(`registered with ${status}: ${text}`);
    return new OAuthClient(issuer, body.client_id, body.client_secret ?? null);
  }

  /** An authorization URL, and the verifier of its challenge. */
  authorization(changes: Changes = {}): { readonly url: URL; readonly verifier: string } {
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${this.issuer}/authorize`);
    url.search = withChanges(
      {
        client_id: this.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state: 'state-of-the-client',
        resource: `${this.issuer}/mcp`,
      },
      changes,
    ).toString();
    return { url, verifier };
  }

  /** Signs a user in, up to the code. */
  async code(agent = new UserAgent(), changes: Changes = {}): Promise<Code> {
    const { url, verifier } = this.authorization(changes);
    const callback = await agent.signIn(url, redirectUri);
    const code = callback.searchParams.get('code');
    if (code === null) throw new Error(`the client was called back without a code: ${callback.href}`);
    return { code, verifier };
  }

  redeem({ code, verifier }: Code, changes: Changes = {}): Promise<Answer> {
    return this.#token(
      { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri },
      changes,
    );
  }

  refresh(refreshToken: string, changes: Changes = {}): Promise<Answer> {
    return this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken }, changes);
  }

  async revoke(token: string): Promise<Answer> {
    const body = withChanges({ token, ...this.#credentials() }, {});
    return answerOf(await sendForm(`${this.issuer}/revoke`, Object.fromEntries(body)));
  }

  /** Signs a user in, up to the tokens. */
  async signIn(agent = new UserAgent(), changes: Changes = {}): Promise<Tokens> {
    return tokensOf(await this.redeem(await this.code(agent, changes)));
  }

  async #token(parameters: Readonly<Record<string, string>>, changes: Changes): Promise<Answer> {
    const body = withChanges({ ...parameters, ...this.#credentials() }, changes);
    return answerOf(await sendForm(`${this.issuer}/token`, Object.fromEntries(body)));
  }

  #credentials(): Record<string, string> {
    return {
      client_id: this.clientId,
      ...(this.#clientSecret === null ? {} : { client_secret: this.#clientSecret }),
    };
  }
}

/** Asks for a registration. */
async function register(issuer: string, metadata: object = {}): Promise<Answer> {
  const body = JSON.stringify({
    client_name: 'Test client',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    ...metadata,
  });
  const headers = { 'content-type': 'application/json' };
  return answerOf(await send(`${issuer}/register`, { method: 'POST', headers, body }));
}

/** The tokens of an answer that must have both. */
export function tokensOf({ status, text, body }: Answer): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken } = body;
  if (status !== 200 || accessToken === undefined || refreshToken === undefined) {
    throw new Error(`no tokens but ${status}: ${text}`);
  }
  return { accessToken, refreshToken, body };
}

function withChanges(parameters: Readonly<Record<string, string>>, changes: Changes): URLSearchParams {
  const pairs = Object.entries({ ...parameters, ...changes });
  return new URLSearchParams(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}
