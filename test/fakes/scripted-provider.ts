import { Secret } from '../../src/common/domain/secret.js';
import { ProviderRefusedError } from '../../src/common/errors/auth-errors.js';
import type {
  IdentityProvider,
  LoginAttempt,
  UpstreamIdentity,
  UpstreamTokens,
} from '../../src/common/ports/identity-provider.js';

/** Ada, signed in. */
export function anIdentity(changes: Partial<UpstreamIdentity> = {}, tokens: Partial<UpstreamTokens> = {}) {
  return {
    userId: 'u-ada',
    username: 'ada',
    email: 'ada@acme.test',
    name: 'Ada Lovelace',
    avatarUrl: null,
    profile: { sub: 'u-ada', email: 'ada@acme.test', email_verified: true },
    ...changes,
    tokens: {
      accessToken: new Secret('upstream-access-0'),
      refreshToken: new Secret('upstream-refresh-0'),
      expiresAt: null,
      scopes: ['openid', 'profile'],
      ...tokens,
    },
  } satisfies UpstreamIdentity;
}

/** An identity provider whose answers the test sets; it remembers what it was asked. */
export class ScriptedProvider implements IdentityProvider {
  readonly name = 'acme';
  scopes: readonly string[] = ['openid', 'profile'];
  readonly begun: LoginAttempt[] = [];
  readonly completed: { readonly login: LoginAttempt; readonly callback: URL }[] = [];
  readonly refreshed: UpstreamIdentity[] = [];
  readonly revoked: string[] = [];

  onBegin: (login: LoginAttempt) => URL = ({ state }) => new URL(`https://idp.test/authorize?state=${state}`);
  onComplete: () => UpstreamIdentity = () => anIdentity();
  /** As real ones, it takes a refresh token once. */
  onRefresh: (identity: UpstreamIdentity) => UpstreamIdentity | Promise<UpstreamIdentity> = (identity) => {
    const generation = this.refreshed.length;
    if (identity.tokens.refreshToken?.reveal() !== `upstream-refresh-${generation - 1}`) {
      throw new ProviderRefusedError('invalid_grant');
    }
    return anIdentity(
      {},
      {
        accessToken: new Secret(`upstream-access-${generation}`),
        refreshToken: new Secret(`upstream-refresh-${generation}`),
        expiresAt: null,
      },
    );
  };

  async begin(login: LoginAttempt): Promise<URL> {
    await Promise.resolve();
    this.begun.push(login);
    return this.onBegin(login);
  }

  async complete(login: LoginAttempt, callback: URL): Promise<UpstreamIdentity> {
    await Promise.resolve();
    this.completed.push({ login, callback });
    return this.onComplete();
  }

  async refresh(identity: UpstreamIdentity): Promise<UpstreamIdentity> {
    await Promise.resolve();
    this.refreshed.push(identity);
    return this.onRefresh(identity);
  }

  revoke(tokens: UpstreamTokens): Promise<void> {
    this.revoked.push(tokens.accessToken.reveal());
    return Promise.resolve();
  }
}
