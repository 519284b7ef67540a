import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/common/domain/secret.js';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  TokenStoreUnavailableError,
} from '../../../../src/common/errors/auth-errors.js';
import type { UpstreamTokens } from '../../../../src/common/ports/identity-provider.js';
import { StoredUpstreamSessions } from '../../../../src/modules/auth/login/stored-upstream-sessions.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { MemoryTokenStore } from '../../../fakes/memory-token-store.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { anIdentity, ScriptedProvider } from '../../../fakes/scripted-provider.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Sessions of one replica, and a way to have another one on the same store. */
function aStore() {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const store = new MemoryTokenStore(clock);
  const provider = new ScriptedProvider();
  let waits = 0;
  const pause = async (): Promise<void> => {
    waits += 1;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const replica = () => new StoredUpstreamSessions(store, provider, clock, log, pause);
  const sessions = replica();
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms);
  /** A session whose tokens expire in so many milliseconds. */
  const started = async (expiresInMs: number | null = null, tokens: Partial<UpstreamTokens> = {}) => {
    const expiresAt = expiresInMs === null ? null : inMs(expiresInMs);
    return (await sessions.start(anIdentity({}, { expiresAt, ...tokens }))).grantId;
  };
  return { clock, log, store, provider, replica, sessions, started, inMs, waits: () => waits };
}

async function accessToken(
  session: ReturnType<StoredUpstreamSessions['fresh']>,
): Promise<string | undefined> {
  return (await session)?.identity.tokens.accessToken.reveal();
}

describe('An upstream session', () => {
  it('comes back as it was', async () => {
    const { sessions, clock, inMs } = aStore();
    const identity = anIdentity(
      { avatarUrl: 'https://a.test/1', profile: { id: 9_007_199_254_740_993n } },
      { expiresAt: inMs(day) },
    );

    const { grantId } = await sessions.start(identity);

    expect(grantId).toMatch(/^[\w-]{43}$/);
    expect(await sessions.find(grantId)).toMatchObject({ grantId, startedAt: clock.now(), identity });
    const found = await sessions.find(grantId);
    expect(found?.identity.tokens.refreshToken?.reveal()).toBe('upstream-refresh-0');
  });

  it('is forgotten after five minutes while nobody redeems its code', async () => {
    const { sessions, started, clock } = aStore();
    const grantId = await started();

    clock.advance(5 * minute);

    expect(await sessions.find(grantId)).toBeNull();
  });

  it('lives on once it is used, renewed for ninety days at most', async () => {
    const { sessions, started, clock, provider } = aStore();
    const grantId = await started();
    await sessions.find(grantId);

    for (const days of [30, 30, 29]) {
      clock.advance(days * day);
      await sessions.renew(grantId);
    }
    expect(provider.refreshed).toHaveLength(3);
    clock.advance(day);

    expect(await sessions.find(grantId)).toBeNull();
  });

  it('ends when nobody renews it for longer than a refresh token lives', async () => {
    const { sessions, started, clock } = aStore();
    const grantId = await started();
    await sessions.find(grantId);

    clock.advance(31 * day);

    expect(await sessions.find(grantId)).toBeNull();
  });

  it('goes with its grant', async () => {
    const { sessions, started, store } = aStore();
    const grantId = await started();

    await store.deleteGrant(grantId);

    expect(await sessions.find(grantId)).toBeNull();
  });

  it('is as good as absent when the store has something else in its place', async () => {
    const { sessions, store } = aStore();
    const good = { grantId: 'g', version: 0, isInUse: true, startedAt: '2026-03-02T00:00:00Z' };
    await store.put('UpstreamSession', 'g', { ...good, user: { userId: 7 }, tokens: {} }, null);

    expect(await sessions.find('g')).toBeNull();
  });

  it('takes the tokens back at the provider when it is ended', async () => {
    const { sessions, started, provider } = aStore();
    const grantId = await started();

    await sessions.end(grantId);
    await sessions.end(grantId);

    expect(await sessions.find(grantId)).toBeNull();
    expect(provider.revoked).toEqual(['upstream-access-0']);
  });

  it('is ended also where the provider does not take tokens back', async () => {
    const { sessions, started, provider, log } = aStore();
    provider.revoke = () => Promise.reject(new ProviderUnavailableError());
    const grantId = await started();

    await sessions.end(grantId);

    expect(log.lines).toMatchObject([{ level: 'debug' }]);
  });
});

describe('A fresh session', () => {
  it('is renewed when its token expires within a minute, not before', async () => {
    const { sessions, started, clock, provider } = aStore();
    const grantId = await started(10 * minute);
    await sessions.find(grantId);

    clock.advance(9 * minute - 1);
    expect(await accessToken(sessions.fresh(grantId))).toBe('upstream-access-0');
    expect(provider.refreshed).toHaveLength(0);
    clock.advance(1);

    expect(await accessToken(sessions.fresh(grantId))).toBe('upstream-access-1');
    expect(await accessToken(sessions.find(grantId))).toBe('upstream-access-1');
  });

  it('is renewed once, however many calls ask at the same time', async () => {
    const { sessions, started, provider, waits } = aStore();
    const grantId = await started(0);

    const tokens = await Promise.all(Array.from({ length: 20 }, () => accessToken(sessions.fresh(grantId))));

    expect(new Set(tokens)).toEqual(new Set(['upstream-access-1']));
    expect(provider.refreshed).toHaveLength(1);
    expect(waits()).toBeLessThanOrEqual(1);
  });

  it('is renewed by one of several replicas, which the others wait for', async () => {
    const { replica, sessions, started, provider } = aStore();
    const grantId = await started(0);
    await sessions.find(grantId);
    const replicas = [sessions, replica(), replica()];

    const tokens = await Promise.all(replicas.map((each) => accessToken(each.fresh(grantId))));

    expect(tokens).toEqual(['upstream-access-1', 'upstream-access-1', 'upstream-access-1']);
    expect(provider.refreshed).toHaveLength(1);
  });

  it('does not lose a renewal to another replica that uses it for the first time', async () => {
    const { replica, sessions, started } = aStore();
    const grantId = await started(0);
    const other = replica();

    await Promise.all([sessions.fresh(grantId), other.find(grantId), other.fresh(grantId)]);

    expect(await accessToken(replica().find(grantId))).toBe('upstream-access-1');
  });

  it('is what there is when another replica takes too long', async () => {
    const { sessions, started, store, waits, inMs } = aStore();
    const grantId = await started(0);
    await store.putNew('RefreshLock', grantId, { grantId }, inMs(15_000));

    expect(await accessToken(sessions.fresh(grantId))).toBe('upstream-access-0');
    expect(waits()).toBe(26);
    await expect(sessions.renew(grantId)).rejects.toThrow(ProviderUnavailableError);
  });

  it('is renewed by another when the replica that was at it died', async () => {
    const { sessions, started, store, clock, inMs } = aStore();
    const grantId = await started(0);
    await store.putNew('RefreshLock', grantId, { grantId }, inMs(15_000));
    clock.advance(15_000);

    expect(await accessToken(sessions.fresh(grantId))).toBe('upstream-access-1');
  });

  it('keeps its identity when the provider refuses, and does not ask again for a minute', async () => {
    const { sessions, started, provider, clock } = aStore();
    const grantId = await started(0);
    provider.onRefresh = () => {
      throw new ProviderRefusedError('invalid_grant');
    };

    expect((await sessions.fresh(grantId))?.identity.username).toBe('ada');
    clock.advance(minute - 1);
    await sessions.fresh(grantId);
    await expect(sessions.renew(grantId)).rejects.toThrow(ProviderRefusedError);
    expect(provider.refreshed).toHaveLength(1);
    clock.advance(1);
    await sessions.fresh(grantId);

    expect(provider.refreshed).toHaveLength(2);
  });

  it.each([
    ['is not there', new ProviderUnavailableError(), []],
    ['fails in a way nobody foresaw', new TypeError('canary'), ['error']],
  ])('keeps its identity when the provider %s, and asks again soon', async (_case, thrown, logged) => {
    const { sessions, started, provider, clock, log } = aStore();
    const grantId = await started(0);
    const refresh = provider.onRefresh;
    provider.onRefresh = () => {
      throw thrown;
    };

    expect((await sessions.fresh(grantId))?.identity.username).toBe('ada');
    await sessions.fresh(grantId);
    expect(provider.refreshed).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(logged);
    clock.advance(5_000);
    provider.onRefresh = (identity) => {
      provider.refreshed.splice(0, 1);
      return refresh(identity);
    };

    expect(await accessToken(sessions.fresh(grantId))).toBe('upstream-access-1');
  });

  it('is none any more when the grant ended while the provider was asked', async () => {
    const { sessions, started, provider, store } = aStore();
    const grantId = await started(0);
    const refresh = provider.onRefresh;
    provider.onRefresh = async (identity) => {
      await store.deleteGrant(grantId);
      return refresh(identity);
    };

    expect(await sessions.fresh(grantId)).toBeNull();
    expect(await sessions.find(grantId)).toBeNull();
    expect(provider.revoked).toEqual(['upstream-access-1']);
  });

  it('is left alone without a refresh token', async () => {
    const { sessions, started, provider, clock } = aStore();
    const grantId = await started(minute, { refreshToken: null });
    await sessions.find(grantId);
    clock.advance(day);

    expect((await sessions.fresh(grantId))?.identity.username).toBe('ada');
    expect((await sessions.renew(grantId)).identity.username).toBe('ada');
    expect(provider.refreshed).toEqual([]);
  });

  it('is null for a grant nobody knows', async () => {
    expect(await aStore().sessions.fresh('unknown')).toBeNull();
  });

  it('fails while the store is down', async () => {
    const { sessions, started, store } = aStore();
    const grantId = await started(0);
    store.isDown = true;

    await expect(sessions.fresh(grantId)).rejects.toThrow(TokenStoreUnavailableError);
  });
});

describe('Renewing a session', () => {
  it('asks for the user as they are now, long before the token expires', async () => {
    const { sessions, started, provider } = aStore();
    const grantId = await started(60 * minute);
    provider.onRefresh = () => anIdentity({ name: 'Ada King' }, { accessToken: new Secret('newer') });

    const renewed = await sessions.renew(grantId);

    expect(renewed.identity.name).toBe('Ada King');
    expect(await accessToken(sessions.find(grantId))).toBe('newer');
  });

  it('says whose fault it was', async () => {
    const { sessions, started, provider } = aStore();
    const grantId = await started();
    provider.onRefresh = () => {
      throw new ProviderUnavailableError();
    };

    await expect(sessions.renew(grantId)).rejects.toThrow(ProviderUnavailableError);
    await expect(sessions.renew('unknown')).rejects.toThrow(ProviderRefusedError);
  });
});
