import type { IdentityProviderConfig } from '../../../../common/domain/app-config.js';
import { ProviderRefusedError } from '../../../../common/errors/auth-errors.js';
import type { Clock } from '../../../../common/ports/clock.js';
import type {
  IdentityProvider,
  LoginAttempt,
  UpstreamIdentity,
  UpstreamTokens,
} from '../../../../common/ports/identity-provider.js';
import { idOf, personOf, textOf } from '../person.js';
import { oauthErrorCode, unusableIdentity } from '../provider-answers.js';
import type { ProviderHttp } from '../../provider-http.js';
import { scopesIn, upstreamIdentity, upstreamTokens } from '../upstream-identity.js';
import { verifiedGitHubEmail } from './github-emails.js';
import { GitHubSignIn, GitHubStrategy, type GitHubAddress } from './github-strategy.js';
import { runStrategy } from './run-strategy.js';

export type GitHubConfig = Extract<IdentityProviderConfig, { authUrl: string }>;

/** Signs users in at GitHub or a GitHub Enterprise Server, with Passport's strategy for it. */
export class GitHubProvider implements IdentityProvider {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly #address: GitHubAddress;

  constructor(
    private readonly config: GitHubConfig,
    private readonly http: ProviderHttp,
    private readonly clock: Clock,
  ) {
    this.name = config.name;
    this.scopes = scopesIn(config.scope);
    this.#address = { ...config, apiUrl: apiUrlOf(config.authUrl) };
  }

  async begin(login: LoginAttempt): Promise<URL> {
    const outcome = await runStrategy(this.#strategy(login), {}, this.#options(login));
    if (outcome.kind === 'redirect') return new URL(outcome.url);
    throw new ProviderRefusedError('invalid_request');
  }

  async complete(login: LoginAttempt, callback: URL): Promise<UpstreamIdentity> {
    const query = callback.searchParams;
    const error = query.get('error');
    if (error !== null) throw new ProviderRefusedError(oauthErrorCode(error));
    if (!query.get('code')) throw new ProviderRefusedError('invalid_request');
    const outcome = await runStrategy(this.#strategy(login), Object.fromEntries(query), this.#options(login));
    if (outcome.kind === 'user' && outcome.user instanceof GitHubSignIn) {
      return this.#identify(outcome.user, this.scopes, null);
    }
    throw new ProviderRefusedError('invalid_request');
  }

  /** Only GitHub Apps whose tokens expire give a refresh token. */
  async refresh(identity: UpstreamIdentity): Promise<UpstreamIdentity> {
    const { refreshToken, scopes } = identity.tokens;
    if (refreshToken === null) throw new ProviderRefusedError('invalid_grant');
    const renewed = await this.#strategy(null).renew(refreshToken.reveal());
    return this.#identify(renewed, scopes, identity);
  }

  /** This token only: the user may have others for this application. */
  async revoke({ accessToken }: UpstreamTokens): Promise<void> {
    const { clientId, clientSecret, apiUrl } = this.#address;
    const credentials = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
    await this.http.send(`${apiUrl}/applications/${encodeURIComponent(clientId)}/token`, {
      method: 'DELETE',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Basic ${credentials}`,
        'content-type': 'application/json',
        'user-agent': 'mxcp-server',
      },
      body: JSON.stringify({ access_token: accessToken.reveal() }),
    });
  }

  #strategy(login: LoginAttempt | null): GitHubStrategy {
    return new GitHubStrategy(this.#address, login, this.http);
  }

  #options({ state }: LoginAttempt): { readonly state: string; readonly scope?: string } {
    const { scope } = this.config;
    return scope === '' ? { state } : { state, scope };
  }

  async #identify(
    { grant, user }: GitHubSignIn,
    asked: readonly string[],
    former: UpstreamIdentity | null,
  ): Promise<UpstreamIdentity> {
    // GitHub lets users show verified addresses only
    const email =
      textOf(user, 'email') ??
      (await verifiedGitHubEmail(this.#address.apiUrl, grant.accessToken, this.http));
    const person = {
      ...personOf({ ...user, email }, idOf(user, 'id'), textOf(user, 'login')),
      avatarUrl: textOf(user, 'avatar_url'),
    };
    if (former !== null && former.userId !== person.userId) throw unusableIdentity('another user');
    const tokens = upstreamTokens(grant, asked, this.clock.now(), former?.tokens ?? null);
    return upstreamIdentity(person, { ...user, email_verified: email !== null }, tokens);
  }
}

/** GitHub's API has a host of its own, an Enterprise Server's a path. */
function apiUrlOf(authUrl: string): string {
  const { hostname, origin } = new URL(authUrl);
  return hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
}
