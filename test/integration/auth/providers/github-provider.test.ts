import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../../../e2e/support/faulty-server.ts';
import { octocat, startFakeGitHub, type FakeGitHubOptions } from '../../../../e2e/support/fake-github.ts';
import { openIdentityProvider } from '../../../../src/modules/auth/providers/open-identity-provider.js';
import { ProviderHttp } from '../../../../src/modules/auth/provider-http.js';
import { aLogin, comeBack, signIn } from '../../../builders/a-login.js';
import { gitHubConfig } from '../../../builders/a-provider-config.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

interface Parts extends FakeGitHubOptions {
  readonly scope?: string;
  /** Makes answers that do not come be given up soon. */
  readonly fault?: Fault;
}

async function aGitHub({ scope, fault, ...options }: Parts = {}) {
  const github = await startFakeGitHub(options);
  onTestFinished(() => github.stop());
  const clock = new FakeClock();
  const log = new RecordingLog();
  const http = new ProviderHttp(fetch, fault === 'hang' ? 500 : undefined);
  const provider = await openIdentityProvider(gitHubConfig(github, scope), clock, log, http);
  return { github, provider, clock, log };
}

describe('GitHub', () => {
  it('signs a user in and tells who they are', async () => {
    const { provider, github } = await aGitHub();

    const identity = await signIn(provider);

    expect(identity).toMatchObject({
      userId: '583231',
      username: 'octocat',
      name: 'The Octocat',
      avatarUrl: octocat.avatar_url,
      email: 'octocat@octo.test',
    });
    expect(identity.profile).toMatchObject({
      login: 'octocat',
      email_verified: true,
      scope: 'user:email read:org',
    });
    expect(identity.tokens).toMatchObject({
      refreshToken: null,
      expiresAt: null,
      scopes: ['user:email', 'read:org'],
    });
    expect(github.counts).toMatchObject({ token: 1, user: 1, emails: 1 });
  });

  it('sends state, PKCE and scope, and no scope when there is none', async () => {
    const { provider } = await aGitHub();
    const { searchParams: query } = await provider.begin(aLogin({ state: 's1' }));
    expect(Object.fromEntries(query)).toMatchObject({
      state: 's1',
      response_type: 'code',
      scope: 'user:email read:org',
      redirect_uri: 'https://server.test/callback',
      code_challenge_method: 'S256',
    });

    const { provider: without } = await aGitHub({ scope: '' });
    expect((await without.begin(aLogin())).searchParams.has('scope')).toBe(false);
  });

  it('is refused a code that another verifier belongs to', async () => {
    const { provider } = await aGitHub();
    const callback = await comeBack(await provider.begin(aLogin()));
    const other = aLogin({ codeVerifier: 'w'.repeat(43) });
    await expect(provider.complete(other, callback)).rejects.toMatchObject({
      error: 'bad_verification_code',
    });
  });

  it('does not redeem a code that comes with another state', async () => {
    const { provider, github } = await aGitHub();
    const callback = await comeBack(await provider.begin(aLogin()));
    await expect(provider.complete(aLogin({ state: 'another' }), callback)).rejects.toMatchObject({
      error: 'invalid_token',
    });
    expect(github.counts['token']).toBe(0);
  });

  it('keeps sign-ins that happen at once apart', async () => {
    const { provider, github } = await aGitHub();
    const people = Array.from({ length: 8 }, (_, id) => ({ ...octocat, id, login: `user-${id}` }));
    const callbacks: [string, URL][] = [];
    for (const user of people) {
      github.user = user;
      const state = `state-${user.id}`;
      callbacks.push([state, await comeBack(await provider.begin(aLogin({ state })))]);
    }
    const identities = await Promise.all(
      callbacks.map(([state, callback]) => provider.complete(aLogin({ state }), callback)),
    );
    expect(identities.map(({ userId }) => userId)).toEqual(people.map(({ id }) => String(id)));
  });

  it('passes on that the user said no', async () => {
    const { provider, github } = await aGitHub();
    github.denies = true;
    await expect(signIn(provider)).rejects.toMatchObject({ error: 'access_denied' });
  });

  it.each([
    ['the primary one', [mail('b@x.test', false, true), mail('a@x.test', true, true)], 'a@x.test'],
    ['another verified one', [mail('a@x.test', true, false), mail('b@x.test', false, true)], 'b@x.test'],
    ['none', [mail('a@x.test', true, false)], null],
  ])('takes %s of the e-mail addresses', async (_, emails, expected) => {
    const { provider, github } = await aGitHub();
    github.user = { ...octocat, emails };
    const identity = await signIn(provider);
    expect(identity.email).toBe(expected);
    expect(identity.profile['email_verified']).toBe(expected !== null);
  });

  it.each<Fault>(['error', 'html', 'hang', 'list', 'refuse'])(
    'signs in without an address when the list of addresses fails (%s)',
    async (fault) => {
      const { provider, github } = await aGitHub({ fault });
      github.fail('emails', fault);
      expect((await signIn(provider)).email).toBeNull();
    },
  );

  it('takes the public address without asking further', async () => {
    const { provider, github } = await aGitHub();
    github.user = { ...octocat, email: 'public@octo.test' };
    expect((await signIn(provider)).email).toBe('public@octo.test');
    expect(github.counts['emails']).toBe(0);
  });

  it('renews expiring tokens and shows the user as they are now', async () => {
    const { provider, github, clock } = await aGitHub({ expiringTokens: true });
    const first = await signIn(provider);
    expect(first.tokens.expiresAt).toEqual(new Date(clock.now().getTime() + 28_800_000));

    github.user = { ...octocat, login: 'renamed' };
    const second = await provider.refresh(first);

    expect(second).toMatchObject({ userId: '583231', username: 'renamed' });
    expect(second.tokens.accessToken.reveal()).not.toBe(first.tokens.accessToken.reveal());
    await expect(provider.refresh(first)).rejects.toMatchObject({ error: 'bad_refresh_token' });
    await expect(provider.refresh(second)).resolves.toMatchObject({ username: 'renamed' });
  });

  it('cannot renew what came without a refresh token', async () => {
    const { provider, github } = await aGitHub();
    const identity = await signIn(provider);
    await expect(provider.refresh(identity)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(github.counts['token']).toBe(1);
  });

  it('takes a token back, and does not mind when that fails', async () => {
    const { provider, github, log } = await aGitHub();
    const { tokens } = await signIn(provider);
    await provider.revoke(tokens);
    expect(github.revoked).toEqual([tokens.accessToken.reveal()]);

    github.fail('revoke', 'error');
    await provider.revoke(tokens);
    expect(log.lines).toMatchObject([{ level: 'warning', fields: { step: 'revoke', status: 500 } }]);
  });

  it.each<[Fault, object]>([
    ['refuse', { name: 'ProviderRefusedError', error: 'invalid_grant' }],
    ['empty', { name: 'ProviderRefusedError', error: 'invalid_grant' }],
    ['error', { name: 'ProviderUnavailableError' }],
    ['html', { name: 'ProviderUnavailableError' }],
    ['list', { name: 'ProviderUnavailableError' }],
    ['hang', { name: 'ProviderUnavailableError' }],
    ['redirect', { name: 'ProviderUnavailableError' }],
    ['huge', { name: 'ProviderUnavailableError' }],
    ['cut', { name: 'ProviderUnavailableError' }],
  ])('says what it means that the token endpoint does this: %s', async (fault, error) => {
    const { provider, github, log } = await aGitHub({ fault });
    github.fail('token', fault);
    const failure: unknown = await signIn(provider).catch((reason: unknown) => reason);
    expect(failure).toMatchObject(error);
    expect(JSON.stringify([failure, log.lines])).not.toContain('canary');
    expect(log.lines).toHaveLength(1);
  });

  it.each<[Fault, object]>([
    ['refuse', { error: 'invalid_token' }],
    ['empty', { error: 'invalid_token' }],
    ['error', { name: 'ProviderUnavailableError' }],
    ['html', { name: 'ProviderUnavailableError' }],
  ])('says what it means that the user endpoint does this: %s', async (fault, error) => {
    const { provider, github } = await aGitHub();
    github.fail('user', fault);
    await expect(signIn(provider)).rejects.toMatchObject(error);
  });
});

function mail(email: string, primary: boolean, verified: boolean) {
  return { email, primary, verified };
}
