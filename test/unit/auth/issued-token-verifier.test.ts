import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/common/domain/secret.js';
import { IssuedTokenVerifier } from '../../../src/modules/auth/issued-token-verifier.js';
import { ResourceIdentifiers } from '../../../src/modules/auth/resource-identifiers.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { MemoryTokenStore } from '../../fakes/memory-token-store.js';
import { anIdentity, ScriptedSessions } from '../../fakes/scripted-sessions.js';

const resource = 'https://tools.test/mcp';

function aVerifier(tokens: Parameters<typeof anIdentity>[0] = {}) {
  const clock = new FakeClock();
  const store = new MemoryTokenStore(clock);
  const sessions = new ScriptedSessions();
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms);
  sessions.begin('g1', clock.now(), anIdentity(tokens));
  const issue = async (more: object = {}, lifeMs = 3_600_000) => {
    const exp = Math.floor(inMs(lifeMs).getTime() / 1000);
    const payload = { aud: resource, scope: 'mxcp:session x', grantId: 'g1', clientId: 'c1', exp, ...more };
    await store.put('AccessToken', 'token', payload, null);
  };
  const verifier = new IssuedTokenVerifier(
    store,
    sessions,
    new ResourceIdentifiers('https://tools.test'),
    clock,
    'kc',
  );
  return { clock, store, sessions, issue, inMs, verify: () => verifier.verify('token') };
}

const later = (ms: number) => new Date(new FakeClock().now().getTime() + ms);

describe('IssuedTokenVerifier', () => {
  it('says who the user is, as the provider has them', async () => {
    const { issue, verify, inMs } = aVerifier();
    await issue();

    expect(await verify()).toEqual({
      principal: {
        provider: 'kc',
        clientId: 'c1',
        userId: 'u-1',
        username: 'ada',
        email: 'ada@example.test',
        name: 'Ada',
        avatarUrl: null,
        profile: { groups: ['finance'] },
        capabilities: [],
        scopes: ['x'],
        externalToken: new Secret('upstream-access'),
      },
      grantId: 'g1',
      validUntil: inMs(60_000),
    });
  });

  it('refuses a token that is unknown', async () => {
    await expect(aVerifier().verify()).rejects.toMatchObject({ reason: 'invalid_token' });
  });

  it.each([
    ['another resource', { aud: 'https://other.test/mcp' }],
    ['no resource', { aud: null }],
    ['no grant', { grantId: null }],
    ['a grant whose session is gone', { grantId: 'g2' }],
    ['no end', { exp: 'never' }],
  ])('refuses a token with %s', async (_what, more) => {
    const { issue, verify } = aVerifier();
    await issue(more);
    await expect(verify()).rejects.toMatchObject({ reason: 'invalid_token' });
  });

  it('says that a token expired', async () => {
    const { issue, verify } = aVerifier();
    await issue({}, -1000);
    await expect(verify()).rejects.toMatchObject({ reason: 'expired' });
  });

  it('does not guess while the store is away', async () => {
    const { store, verify } = aVerifier();
    store.isDown = true;
    await expect(verify()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is not kept beyond the token’s own end', async () => {
    const { issue, verify } = aVerifier();
    await issue({}, 20_000);
    expect((await verify()).validUntil.getTime()).toBeLessThanOrEqual(later(20_000).getTime());
  });

  it.each([
    ['is renewed ahead of its end', { expiresAt: later(90_000) }, 30_000],
    ['cannot be renewed now', { expiresAt: later(30_000) }, 0],
    ['is handed out to its end', { expiresAt: later(30_000), refreshToken: null }, 30_000],
    ['is gone for good', { expiresAt: later(-1), refreshToken: null }, 60_000],
  ])('is kept for as long as the provider’s token %s', async (_what, tokens, ms) => {
    const { issue, verify, inMs } = aVerifier(tokens);
    await issue();
    expect((await verify()).validUntil).toEqual(inMs(ms));
  });

  it('hands out no provider token that has ended', async () => {
    const { issue, verify } = aVerifier({ expiresAt: later(-1) });
    await issue();
    expect((await verify()).principal.externalToken).toBeNull();
  });
});
