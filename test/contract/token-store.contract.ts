import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenStore } from '../../src/common/ports/token-store.js';

/** One kind of store, opened on nothing. */
export interface OpenedForContract {
  readonly store: TokenStore;
  /** The same records by way of another instance, as another process has them. */
  readonly replica: TokenStore;
  now(): Date;
  /** Lets time pass: at once where the clock is a fake one. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Long enough to be found on a busy machine, and then gone. */
const SHORT_MS = 500;
const PAST_MS = 560;

/** What every `TokenStore` promises. */
export function tokenStoreContract(name: string, open: () => Promise<OpenedForContract>): void {
  describe(`${name} as a TokenStore`, () => {
    let opened: OpenedForContract;
    let count = 0;
    const fresh = (what = 'id'): string => `${what}-${++count}`;
    const inMs = (ms: number): Date => new Date(opened.now().getTime() + ms);
    const later = (): Date => inMs(60_000);

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it('finds what was put, for every instance', async () => {
      const id = fresh();
      const payload = { text: 'Grüße', big: 12345678901234567890n, list: [1, null, { deep: true }] };

      await opened.store.put('Session', id, payload, later());

      expect(await opened.store.find('Session', id)).toEqual(payload);
      expect(await opened.replica.find('Session', id)).toEqual(payload);
    });

    it('knows no id of another kind and none that was not put', async () => {
      const id = fresh();
      await opened.store.put('Session', id, {}, later());

      expect(await opened.store.find('AccessToken', id)).toBeNull();
      expect(await opened.store.find('Session', fresh())).toBeNull();
      expect(await opened.store.findByUid('Session', fresh())).toBeNull();
      expect(await opened.store.consume('Session', fresh())).toBe(false);
    });

    it('puts a payload in place of the former one, with its uid and its grant', async () => {
      const [id, formerUid, uid, formerGrant, grant] = [fresh(), fresh(), fresh(), fresh(), fresh()];
      await opened.store.put('Session', id, { n: 1, uid: formerUid, grantId: formerGrant }, later());

      await opened.store.put('Session', id, { n: 2, uid, grantId: grant }, later());

      expect(await opened.store.find('Session', id)).toMatchObject({ n: 2 });
      expect(await opened.store.findByUid('Session', formerUid)).toBeNull();
      expect(await opened.store.findByUid('Session', uid)).toMatchObject({ n: 2 });
      await opened.store.deleteGrant(formerGrant);
      expect(await opened.store.find('Session', id)).toMatchObject({ n: 2 });
      await opened.store.deleteGrant(grant);
      expect(await opened.store.find('Session', id)).toBeNull();
    });

    it('keeps what never expires', async () => {
      const id = fresh();
      await opened.store.put('Key', id, { uid: id, grantId: id }, null);
      await opened.pass(PAST_MS);

      expect(await opened.store.find('Key', id)).toMatchObject({ uid: id });
      expect(await opened.store.findByUid('Key', id)).toMatchObject({ uid: id });
    });

    it('has nothing any more of what expired', async () => {
      const id = fresh();
      await opened.store.put('Code', id, { uid: id }, inMs(SHORT_MS));
      expect(await opened.store.find('Code', id)).not.toBeNull();

      await opened.pass(PAST_MS);

      expect(await opened.store.find('Code', id)).toBeNull();
      expect(await opened.store.findByUid('Code', id)).toBeNull();
      expect(await opened.store.consume('Code', id)).toBe(false);
    });

    it('keeps nothing that has expired already', async () => {
      const id = fresh();
      await opened.store.put('Code', id, { uid: id }, inMs(-1));

      expect(await opened.store.find('Code', id)).toBeNull();
      expect(await opened.store.findByUid('Code', id)).toBeNull();
    });

    it('prolongs a record that is put again', async () => {
      const id = fresh();
      await opened.store.put('Session', id, { uid: id }, inMs(SHORT_MS));
      await opened.store.put('Session', id, { uid: id }, later());

      await opened.pass(PAST_MS);

      expect(await opened.store.findByUid('Session', id)).toEqual({ uid: id });
    });

    it('puts as new only what is not there', async () => {
      const id = fresh();

      expect(await opened.store.putNew('Nonce', id, { n: 1 }, inMs(SHORT_MS))).toBe(true);
      expect(await opened.replica.putNew('Nonce', id, { n: 2 }, later())).toBe(false);
      expect(await opened.store.find('Nonce', id)).toEqual({ n: 1 });

      await opened.pass(PAST_MS);

      expect(await opened.replica.putNew('Nonce', id, { n: 3 }, later())).toBe(true);
      expect(await opened.store.find('Nonce', id)).toEqual({ n: 3 });
    });

    it('lets one of many put the same as new', async () => {
      const id = fresh();
      const attempts = Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? opened.store : opened.replica).putNew('Nonce', id, { n }, later()),
      );

      expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
    });

    it('lets one of many consume, and says from then on when that was', async () => {
      const id = fresh();
      await opened.store.put('Code', id, { n: 1 }, later());
      const before = Math.trunc(opened.now().getTime() / 1000);

      const attempts = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? opened.store : opened.replica).consume('Code', id),
        ),
      );

      expect(attempts.filter(Boolean)).toHaveLength(1);
      const found = await opened.store.find('Code', id);
      expect(found).toEqual({ n: 1, consumed: expect.any(Number) });
      expect(found?.['consumed']).toBeGreaterThanOrEqual(before);
    });

    it('keeps a record consumed when what was found is put again, and not when something new is', async () => {
      const id = fresh();
      await opened.store.put('Code', id, { n: 1 }, later());
      await opened.store.consume('Code', id);
      const found = await opened.store.find('Code', id);

      await opened.store.put('Code', id, { ...found, n: 2 }, later());

      expect(await opened.store.consume('Code', id)).toBe(false);
      expect(await opened.store.find('Code', id)).toEqual({ ...found, n: 2 });

      await opened.store.put('Code', id, { n: 3 }, later());

      expect(await opened.store.consume('Code', id)).toBe(true);
    });

    it('expires a consumed record when it would have expired', async () => {
      const id = fresh();
      await opened.store.put('Code', id, {}, inMs(SHORT_MS));
      await opened.store.consume('Code', id);

      await opened.pass(PAST_MS);

      expect(await opened.store.find('Code', id)).toBeNull();
    });

    it('finds by uid the latest put, also after the former one is deleted', async () => {
      const [former, id, uid] = [fresh(), fresh(), fresh('uid')];
      await opened.store.put('Session', former, { n: 1, uid }, later());
      await opened.store.put('Session', id, { n: 2, uid }, later());
      await opened.store.delete('Session', former);

      expect(await opened.replica.findByUid('Session', uid)).toEqual({ n: 2, uid });
      expect(await opened.store.findByUid('Interaction', uid)).toBeNull();

      await opened.store.consume('Session', id);
      expect(await opened.store.findByUid('Session', uid)).toMatchObject({ consumed: expect.any(Number) });
    });

    it('deletes one record and leaves the others, and deletes what is absent without a word', async () => {
      const [id, other] = [fresh(), fresh()];
      await opened.store.put('Session', id, { uid: id }, later());
      await opened.store.put('Session', other, {}, later());

      await opened.store.delete('Session', id);
      await opened.store.delete('Session', id);

      expect(await opened.replica.find('Session', id)).toBeNull();
      expect(await opened.replica.findByUid('Session', id)).toBeNull();
      expect(await opened.store.find('Session', other)).toEqual({});
    });

    it('deletes all of a grant, of every kind, and nothing else', async () => {
      const [grantId, otherGrant] = [fresh('grant'), fresh('grant')];
      const ids = Array.from({ length: 30 }, () => fresh());
      for (const [n, id] of ids.entries()) {
        const kind = n % 2 === 0 ? 'AccessToken' : 'RefreshToken';
        const expiresAt = n % 3 === 0 ? null : later();
        await opened.store.put(kind, id, { grantId: n < 20 ? grantId : otherGrant }, expiresAt);
      }

      await opened.replica.deleteGrant(grantId);

      const left = await Promise.all(
        ids.map((id, n) => opened.store.find(n % 2 === 0 ? 'AccessToken' : 'RefreshToken', id)),
      );
      expect(left.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null));
      expect(left.slice(20)).toEqual(Array.from({ length: 10 }, () => ({ grantId: otherGrant })));
    });

    it('tells once of each grant that is deleted', async () => {
      const told: string[] = [];
      opened.store.onGrantDeleted((grantId) => told.push(`first ${grantId}`));
      opened.store.onGrantDeleted((grantId) => told.push(`second ${grantId}`));
      const grantId = fresh('grant');

      await opened.store.deleteGrant(grantId);
      await opened.pass(PAST_MS);

      expect(told).toEqual([`first ${grantId}`, `second ${grantId}`]);
    });
  });
}
