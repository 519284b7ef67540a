import { describe, expect, it } from 'vitest';
import { sharedSigningKey } from '../../../../src/modules/auth/login/signing-key.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { MapTokenStore } from '../../../fakes/map-token-store.js';

describe('The shared signing key', () => {
  it('is the same for all replicas on one store, whoever comes first', async () => {
    const store = new MapTokenStore(new FakeClock());

    const keys = await Promise.all([1, 2, 3].map(() => sharedSigningKey(store)));
    const later = await sharedSigningKey(store);

    const signatures = [...keys, later].map((key) => key.sign('csrf', 'text'));
    expect(new Set(signatures).size).toBe(1);
    expect(later.verifies('csrf', 'text', signatures[0]!)).toBe(true);
  });

  it('differs between stores and between purposes', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => sharedSigningKey(new MapTokenStore(new FakeClock()))),
    );

    expect(two!.verifies('csrf', 'text', one!.sign('csrf', 'text'))).toBe(false);
    expect(one!.verifies('approved', 'text', one!.sign('csrf', 'text'))).toBe(false);
  });

  it('is made anew when the one that is there cannot be read', async () => {
    const store = new MapTokenStore(new FakeClock());
    await store.put('SigningKey', 'login', {}, null);

    const [one, two] = [await sharedSigningKey(store), await sharedSigningKey(store)];

    expect(two.sign('csrf', 'text')).toBe(one.sign('csrf', 'text'));
  });

  it.each(['', 'x', 'A'.repeat(43), 'ä'])('does not take %j for a signature', async (signature) => {
    const key = await sharedSigningKey(new MapTokenStore(new FakeClock()));

    expect(key.verifies('csrf', 'text', signature)).toBe(false);
  });
});
