import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RunningRedis } from '../../../../e2e/support/redis.ts';
import type { TokenStore } from '../../../../src/common/ports/token-store.js';
import { aKey, aRedisStore } from '../../../builders/a-token-store.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

const PASSWORD = 's3cr3t-7714';
const later = (): Date => new Date(Date.now() + 60_000);

/** What opening failed with, as a log would show it. */
async function failure(
  opening: Promise<unknown>,
): Promise<{ readonly message: string; readonly all: string }> {
  const [{ status, ...outcome }] = await Promise.allSettled([opening]);
  expect(status).toBe('rejected');
  const { reason } = outcome as { readonly reason: Error };
  return { message: reason.message, all: inspect(reason, { depth: 10, showHidden: true }) };
}

/** Asks until it is answered. */
async function comesBack(store: TokenStore): Promise<void> {
  for (const end = Date.now() + 10_000; ;) {
    try {
      await store.find('Session', 'id');
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(50);
    }
  }
}

describe('RedisTokenStore', () => {
  let redis: RunningRedis;
  let direct: Redis;
  const opened: TokenStore[] = [];
  const open = async (options: Parameters<typeof aRedisStore>[1] = {}, path = ''): Promise<TokenStore> => {
    const { store } = await aRedisStore(`${redis.url}${path}`, options);
    opened.push(store);
    return store;
  };

  beforeAll(async () => {
    redis = await startRedis(PASSWORD);
    direct = new Redis(redis.url, { retryStrategy: () => 50 });
    direct.on('error', () => undefined);
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await direct.flushall();
  });
  afterAll(async () => {
    direct.disconnect();
    await redis.stop();
  });

  it('shows nobody tokens, persons or secrets, and leaves nothing for ever that expires', async () => {
    const store = await open();
    const payload = {
      uid: 'uid-71c0',
      grantId: 'grant-88d1',
      email: 'ada@example.com',
      secret: 'upstream-4411',
    };
    await store.put('RefreshToken', 'mcp-token-5521', payload, later());
    await store.consume('RefreshToken', 'mcp-token-5521');

    const keys = await direct.keys('*');

    expect(keys).toHaveLength(3);
    for (const key of keys) {
      expect(key).toMatch(/^mxcp:oauth:/);
      expect(await direct.pttl(key)).toBeGreaterThan(50_000);
      const kept = `${key} ${(await direct.dumpBuffer(key)).toString('latin1')}`;
      for (const text of ['mcp-token-5521', ...Object.values(payload)]) expect(kept).not.toContain(text);
    }
  });

  it('leaves nothing behind of what is deleted', async () => {
    const store = await open();
    await store.put('Session', 'a', { uid: 'u', grantId: 'g' }, null);
    await store.delete('Session', 'a');

    expect(await direct.keys('*')).toEqual([]);
  });

  it('forgets the expired records of a grant that lives on', async () => {
    const store = await open();
    await store.put('AccessToken', 'refreshed', { grantId: 'g' }, later());
    await store.put('AccessToken', 'short', { grantId: 'g' }, new Date(Date.now() + 20));
    await pause(40);
    await store.put('AccessToken', 'next', { grantId: 'g' }, later());

    const [grant] = await direct.keys('mxcp:oauth:grant:*');

    expect(await direct.zcard(grant ?? '')).toBe(2);
  });

  it('takes what another key encrypted as absent, and deletes it when it meets it', async () => {
    const before = await open();
    for (const id of ['found', 'new', 'consumed']) await before.put('Code', id, { uid: id }, later());

    const store = await open();

    expect(await store.findByUid('Code', 'found')).toBeNull();
    expect(await store.consume('Code', 'consumed')).toBe(false);
    expect(await store.putNew('Code', 'new', { n: 1 }, later())).toBe(true);
    expect(await store.find('Code', 'new')).toEqual({ n: 1 });
    expect(await direct.keys('mxcp:oauth:record:*')).toHaveLength(1);
  });

  it('tells every replica with the same key, once, which grant is gone, and believes nobody else', async () => {
    const keys = [aKey()];
    const replicas = [await open({ keys }), await open({ keys }), await open()];
    const told: string[] = [];
    replicas.forEach((replica, n) => {
      replica.onGrantDeleted((grantId) => told.push(`${n} ${grantId}`));
    });

    await direct.publish('mxcp:oauth:grant-deleted', '{"grantId":"forged"}');
    await replicas[0]?.deleteGrant('g');
    await pause(100);

    expect(told.sort()).toEqual(['0 g', '1 g']);
  });

  it('fails within about a second while Redis is gone, and goes on when it is back', async () => {
    const log = new RecordingLog();
    const keys = [aKey()];
    const store = await open({ log, keys }, '/3');
    const replica = await open({ keys }, '/3');
    await redis.kill();

    for (let n = 0; n < 3; n += 1) {
      const began = performance.now();
      const attempts = await Promise.allSettled([
        store.put('Session', 'id', {}, later()),
        store.putNew('Session', 'id', {}, later()),
        store.find('Session', 'id'),
        store.findByUid('Session', 'id'),
        store.consume('Session', 'id'),
        store.delete('Session', 'id'),
        store.deleteGrant('g'),
      ]);
      expect(performance.now() - began).toBeLessThan(2_000);
      for (const attempt of attempts) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { name: 'TokenStoreUnavailableError' } });
      }
      await pause(300);
    }
    await redis.restart();
    await comesBack(store);
    await comesBack(replica);

    const told: string[] = [];
    replica.onGrantDeleted((grantId) => told.push(grantId));
    await pause(1_500);
    await store.deleteGrant('g');
    await pause(100);
    expect(told).toEqual(['g']);
    await store.put('Session', 'id', {}, later());
    expect(await replica.find('Session', 'id')).toEqual({});
    expect(await direct.keys('*'), 'in another database').toEqual([]);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error Redis is away; nobody can sign in until it is back',
      'warning Redis is back',
    ]);
    expect(inspect(log.lines, { depth: 10 })).not.toContain(PASSWORD);
  }, 30_000);

  it('fails within about a second while Redis does not answer, and goes on when it does', async () => {
    const store = await open();
    redis.hold();
    try {
      const began = performance.now();
      await expect(store.find('Session', 'id')).rejects.toMatchObject({
        name: 'TokenStoreUnavailableError',
        details: { reason: 'Command timed out' },
      });
      expect(performance.now() - began).toBeLessThan(2_000);
    } finally {
      redis.release();
    }

    await comesBack(store);
  }, 30_000);

  it('says nothing in the log when it is closed', async () => {
    const log = new RecordingLog();
    const store = await open({ log });

    await store.close();
    await store.close();
    await pause(50);

    expect(log.lines).toEqual([]);
    await expect(store.find('Session', 'id')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not open without a connection, and names REDIS_URL and not its value', async () => {
    const { message, all } = await failure(aRedisStore(`redis://:${PASSWORD}@127.0.0.1:1/0`));

    expect(message).toBe(
      'OAuth server initialization failed: Redis at REDIS_URL cannot be used (ECONNREFUSED)',
    );
    expect(all).not.toContain(PASSWORD);
  });

  it.each([
    ['a wrong password', 'wrong-9931', 'WRONGPASS'],
    ['no password', null, 'NOAUTH'],
  ])('does not open with %s, and does not repeat it', async (_what, password, reason) => {
    const url = `redis://${password === null ? '' : `:${password}@`}127.0.0.1:${redis.port}`;
    const { message, all } = await failure(aRedisStore(url));

    expect(message).toBe(`OAuth server initialization failed: Redis at REDIS_URL cannot be used (${reason})`);
    expect(all).not.toContain('wrong-9931');
  });

  it('does not open on a database that Redis does not have', async () => {
    const { message } = await failure(aRedisStore(`${redis.url}/4711`));

    expect(message).toMatch(/Redis at REDIS_URL cannot be used \(ERR\)$/);
  });

  it('gives up when the whole time is over', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    const { message } = await failure(aRedisStore(`redis://127.0.0.1:${port}`, { limitMs: 300 }));

    expect(message).toBe('OAuth server initialization timed out');
    silent.close();
  });
});
