import { hash } from 'node:crypto';
import { Strategy } from 'passport-github2';
import type { JsonObject } from '../../../../common/domain/json.js';
import { parseJsonObject } from '../../../../common/domain/json-text.js';
import type { Secret } from '../../../../common/domain/secret.js';
import type { LoginAttempt } from '../../../../common/ports/identity-provider.js';
import { tokenAnswer, unusableIdentity, userInfoAnswer } from '../provider-answers.js';
import type { ProviderHttp } from '../../provider-http.js';
import { secondsIn, type TokenGrant } from '../upstream-identity.js';
import { reasonIn } from './run-strategy.js';

/** Where GitHub, or an Enterprise Server, is. */
export interface GitHubAddress {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly authUrl: string;
  readonly tokenUrl: string;
  /** Without trailing slash. */
  readonly apiUrl: string;
}

/** What a sign-in yields; the strategy's "user". */
export class GitHubSignIn {
  constructor(
    readonly grant: TokenGrant,
    /** GitHub's answer to `/user`. */
    readonly user: JsonObject,
  ) {}
}

type RequestDone = (error: unknown, text?: string) => void;

/**
 * passport-github2 for one sign-in: the state is the attempt's, PKCE is the attempt's, and every call goes through
 * `http`, since the strategy's own calls neither end in time nor at a length.
 */
export class GitHubStrategy extends Strategy {
  /** @param login null to refresh only */
  constructor(
    address: GitHubAddress,
    private readonly login: LoginAttempt | null,
    http: ProviderHttp,
  ) {
    super(
      {
        clientID: address.clientId,
        clientSecret: address.clientSecret.reveal(),
        callbackURL: login?.redirectUri ?? '',
        authorizationURL: address.authUrl,
        tokenURL: address.tokenUrl,
        userProfileURL: `${address.apiUrl}/user`,
        store: new OneState(login?.state ?? null),
      },
      (accessToken: string, refreshToken: unknown, results: unknown, profile: unknown, done) => {
        done(null, new GitHubSignIn(grantOf(accessToken, refreshToken, results), userIn(profile)));
      },
    );
    Object.assign(this._oauth2, { _request: requestThrough(http) });
  }

  override authorizationParams(): object {
    if (this.login === null) return {};
    const challenge = hash('sha256', this.login.codeVerifier, 'base64url');
    return { code_challenge: challenge, code_challenge_method: 'S256' };
  }

  override tokenParams(): object {
    return this.login === null ? {} : { code_verifier: this.login.codeVerifier };
  }

  /** New tokens for a refresh token, and the user as they are now. */
  async renew(refreshToken: string): Promise<GitHubSignIn> {
    const grant = await new Promise<TokenGrant>((resolve, reject) => {
      this._oauth2.getOAuthAccessToken(
        refreshToken,
        { grant_type: 'refresh_token' },
        (error: unknown, accessToken: unknown, renewed: unknown, results: unknown) => {
          if (error !== null) reject(reasonIn(error));
          else resolve(grantOf(String(accessToken), renewed, results));
        },
      );
    });
    return new GitHubSignIn(grant, await this.#user(grant.accessToken));
  }

  #user(accessToken: string): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      this.userProfile(accessToken, (error: unknown, profile: unknown) => {
        if (error !== null) reject(reasonIn(error));
        else resolve(userIn(profile));
      });
    });
  }
}

type Verified = (error: Error | null, ok: boolean, state: unknown) => void;

/** The state of one attempt, in place of a session. */
class OneState {
  constructor(private readonly state: string | null) {}

  /** Nothing to keep: the attempt has the state already, and who signs in is sent off with it. */
  store(): void {
    return;
  }

  /** @param done or, for stores that ask for it, facts about the client: this one does not */
  verify(_request: unknown, given: string, done: Verified | { readonly clientID: string }): void {
    if (typeof done === 'function') done(null, this.state !== null && given === this.state, undefined);
  }
}

/** Takes the place of the strategy's way to call out (`oauth`, `OAuth2._request`). */
function requestThrough(http: ProviderHttp) {
  return (
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    _accessToken: unknown,
    done: RequestDone,
  ): void => {
    const accept = method === 'POST' ? 'application/json' : 'application/vnd.github+json';
    const request = { method, headers: { ...headers, Accept: accept, 'User-Agent': 'mxcp-server' } };
    http
      .send(url, method === 'POST' ? { ...request, body } : request)
      .then((answer) => {
        if (method === 'POST') tokenAnswer(answer);
        else userInfoAnswer(answer);
        return answer.text;
      })
      .then(
        (text) => {
          done(null, text);
        },
        (error: unknown) => {
          done(error);
        },
      );
  };
}

function grantOf(accessToken: string, refreshToken: unknown, results: unknown): TokenGrant {
  const { expires_in: expiresIn, scope } = parseJsonObject(JSON.stringify(results)) ?? {};
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresIn: secondsIn(expiresIn),
    scope: typeof scope === 'string' ? scope : '',
  };
}

/** The strategy's profile knows a few members only; it keeps GitHub's own text as well. */
function userIn(profile: unknown): JsonObject {
  const raw = typeof profile === 'object' && profile !== null && '_raw' in profile ? profile._raw : undefined;
  const user = typeof raw === 'string' ? parseJsonObject(raw) : null;
  if (user !== null) return user;
  throw unusableIdentity('no user');
}
