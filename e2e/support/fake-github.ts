import { createHash, randomBytes } from 'node:crypto';
import { bearerOf, clientOf, FaultyServer, redirect, type Answered, type Asked } from './faulty-server.ts';

export interface FakeGitHubUser {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  /** The public one. */
  readonly email: string | null;
  readonly avatar_url: string;
  /** What `/user/emails` lists. */
  readonly emails: readonly {
    readonly email: string;
    readonly primary: boolean;
    readonly verified: boolean;
  }[];
}

export const octocat: FakeGitHubUser = {
  id: 583231,
  login: 'octocat',
  name: 'The Octocat',
  email: null,
  avatar_url: 'https://avatars.example/583231',
  emails: [
    { email: 'old@octo.test', primary: false, verified: true },
    { email: 'octocat@octo.test', primary: true, verified: true },
  ],
};

interface Grant {
  readonly user: FakeGitHubUser;
  readonly scope: string;
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | null;
}

export interface FakeGitHubOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly port?: number;
  /** As a GitHub App does: tokens expire after 8 hours and come with a refresh token. */
  readonly expiringTokens?: boolean;
}

/**
 * GitHub's documented OAuth and user endpoints, as an Enterprise Server has them. Who signs in is `user`, without
 * a question. Endpoints for `counts` and `fail`: authorize, token, user, emails, revoke.
 */
export class FakeGitHub extends FaultyServer {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in next. */
  user: FakeGitHubUser = octocat;
  /** The next sign-in ends with `access_denied`. */
  denies = false;
  /** The scopes that are granted, separated by commas; null: those asked for. */
  grants: string | null = null;
  readonly revoked: string[] = [];
  readonly #expiring: boolean;
  readonly #codes = new Map<string, Code>();
  readonly #tokens = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, Grant>();

  constructor(options: FakeGitHubOptions = {}) {
    super();
    this.clientId = options.clientId ?? 'Iv1.fake';
    this.clientSecret = options.clientSecret ?? 'github-canary-secret';
    this.#expiring = options.expiringTokens ?? false;
    this.route('authorize', '/login/oauth/authorize', (asked) => this.#authorize(asked));
    this.route('token', '/login/oauth/access_token', (asked) => this.#token(asked));
    this.route('user', '/api/v3/user', (asked) => this.#user(asked));
    this.route('emails', '/api/v3/user/emails', (asked) => this.#emails(asked));
    this.route('revoke', `/api/v3/applications/${this.clientId}/token`, (asked) => this.#revoke(asked));
  }

  get authUrl(): string {
    return `${this.origin}/login/oauth/authorize`;
  }

  get tokenUrl(): string {
    return `${this.origin}/login/oauth/access_token`;
  }

  #authorize({ url: { searchParams: query } }: Asked): Answered {
    const redirectUri = query.get('redirect_uri');
    if (query.get('client_id') !== this.clientId || redirectUri === null) return { status: 404 };
    const state = query.get('state');
    if (this.denies) return redirect(redirectUri, { error: 'access_denied', state });
    if (query.has('code_challenge') && query.get('code_challenge_method') !== 'S256') return { status: 400 };
    const code = random();
    this.#codes.set(code, {
      user: this.user,
      scope: this.grants ?? (query.get('scope') ?? '').split(/[ ,]+/).join(','),
      redirectUri,
      challenge: query.get('code_challenge'),
    });
    return redirect(redirectUri, { code, state });
  }

  #token(asked: Asked): Answered {
    const { id, secret } = clientOf(asked);
    if (id !== this.clientId || secret !== this.clientSecret) {
      return tokenAnswer(asked, { error: 'incorrect_client_credentials' });
    }
    const grant = asked.body.get('grant_type') === 'refresh_token' ? this.#renew(asked) : this.#redeem(asked);
    return tokenAnswer(asked, typeof grant === 'string' ? { error: grant } : this.#issue(grant));
  }

  #redeem({ body }: Asked): Grant | string {
    const code = body.get('code') ?? '';
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (found === undefined) return 'bad_verification_code';
    if (found.redirectUri !== body.get('redirect_uri')) return 'redirect_uri_mismatch';
    const verifier = body.get('code_verifier') ?? '';
    return found.challenge === null || found.challenge === challengeOf(verifier)
      ? found
      : 'bad_verification_code';
  }

  #renew({ body }: Asked): Grant | string {
    const token = body.get('refresh_token') ?? '';
    const found = this.#refreshTokens.get(token);
    this.#refreshTokens.delete(token);
    return found ?? 'bad_refresh_token';
  }

  #issue(grant: Grant): Record<string, string> {
    const token = `gho_${random()}`;
    this.#tokens.set(token, grant);
    const answer = { access_token: token, scope: grant.scope, token_type: 'bearer' };
    if (!this.#expiring) return answer;
    const refreshToken = `ghr_${random()}`;
    this.#refreshTokens.set(refreshToken, grant);
    return { ...answer, expires_in: '28800', refresh_token: refreshToken };
  }

  /** As of now: a user who was renamed since the sign-in shows the new name. */
  #user(asked: Asked): Answered {
    const grant = this.#tokens.get(bearerOf(asked) ?? '');
    if (grant === undefined) return { status: 401, body: { message: 'Bad credentials' } };
    const { id, login, name, email, avatar_url } = grant.user.id === this.user.id ? this.user : grant.user;
    return { body: { id, login, name, email, avatar_url } };
  }

  #emails(asked: Asked): Answered {
    const grant = this.#tokens.get(bearerOf(asked) ?? '');
    if (grant === undefined) return { status: 401, body: { message: 'Bad credentials' } };
    const scopes = grant.scope.split(',');
    const may = scopes.includes('user') || scopes.includes('user:email');
    return may ? { body: grant.user.emails } : { status: 404, body: { message: 'Not Found' } };
  }

  #revoke(asked: Asked): Answered {
    const { id, secret } = clientOf(asked);
    if (asked.method !== 'DELETE' || id !== this.clientId || secret !== this.clientSecret) {
      return { status: 404, body: { message: 'Not Found' } };
    }
    const token = asked.body.get('access_token') ?? '';
    if (!this.#tokens.delete(token)) return { status: 422, body: { message: 'Validation Failed' } };
    this.revoked.push(token);
    return { status: 204 };
  }
}

export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const github = new FakeGitHub(options);
  await github.listen(options.port);
  return github;
}

/** GitHub answers a form unless JSON is asked for; also with status 200 when it refuses. */
function tokenAnswer({ headers }: Asked, { ...answer }: Record<string, string>): Answered {
  if (headers.accept?.includes('application/json') === true) {
    const { expires_in: expiresIn, ...others } = answer;
    return { body: expiresIn === undefined ? others : { ...others, expires_in: Number(expiresIn) } };
  }
  return {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(answer).toString(),
  };
}

function random(): string {
  return randomBytes(16).toString('hex');
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
