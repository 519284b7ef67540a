import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError, UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { TokenCache } from '../../../src/modules/auth/token-cache.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { ScriptedVerifier } from '../../fakes/scripted-verifier.js';

function aCache(limits?: { valid: number; refused: number }) {
  const verifier = new ScriptedVerifier();
  const clock = new FakeClock();
  const cache = new TokenCache(verifier, clock, limits);
  const isLetIn = async (token: string) => {
    try {
      await cache.verify(token);
      return true;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      throw error;
    }
  };
  return { verifier, clock, cache, isLetIn };
}

describe('a valid token', () => {
  it('is asked about once a minute', async () => {
    const { verifier, clock, isLetIn } = aCache();
    verifier.knows('t');
    for (const ms of [0, 30_000, 29_999]) {
      clock.advance(ms);
      expect(await isLetIn('t')).toBe(true);
    }
    expect(verifier.asked).toHaveLength(1);
    clock.advance(1);
    await isLetIn('t');
    expect(verifier.asked).toHaveLength(2);
  });

  it('is not let in after its end', async () => {
    const { verifier, clock, isLetIn } = aCache();
    verifier.knows('t', { validUntil: new Date(clock.now().getTime() + 10_000) });
    expect(await isLetIn('t')).toBe(true);
    verifier.forgets('t');
    clock.advance(9_999);
    expect(await isLetIn('t')).toBe(true);
    clock.advance(1);
    expect(await isLetIn('t')).toBe(false);
  });

  it('is asked about once for all requests of one time', async () => {
    const { verifier, cache } = aCache();
    verifier.knows('t');
    await Promise.all(Array.from({ length: 20 }, () => cache.verify('t')));
    expect(verifier.asked).toEqual(['t']);
  });

  it('is refused as soon as its grant is deleted, and no other is', async () => {
    const { verifier, cache, isLetIn } = aCache();
    verifier.knows('t', { grantId: 'g-1' });
    verifier.knows('other', { grantId: 'g-2' });
    await isLetIn('t');
    await isLetIn('other');
    verifier.forgets('t');
    cache.forgetGrant('g-1');
    expect(await isLetIn('t')).toBe(false);
    expect(await isLetIn('other')).toBe(true);
    expect(verifier.asked).toEqual(['t', 'other', 't']);
  });

  it('is not kept when its grant was deleted while the verifier was at it', async () => {
    const { verifier, cache, isLetIn } = aCache();
    verifier.knows('t', { grantId: 'g-1' });
    const before = cache.verify('t');
    cache.forgetGrant('g-1');
    await before;
    verifier.forgets('t');
    expect(await isLetIn('t')).toBe(false);
  });

  it('is asked about again after a reload', async () => {
    const { verifier, cache, isLetIn } = aCache();
    verifier.knows('t');
    await isLetIn('t');
    cache.clear();
    await isLetIn('t');
    expect(verifier.asked).toHaveLength(2);
  });
});

describe('a refused token', () => {
  it('is refused for some seconds without asking, for the same reason', async () => {
    const { verifier, clock, cache, isLetIn } = aCache();
    verifier.fails('t', new UnauthenticatedError('expired'));
    await isLetIn('t');
    verifier.knows('t');
    await expect(cache.verify('t')).rejects.toMatchObject({ reason: 'expired' });
    expect(verifier.asked).toHaveLength(1);
    clock.advance(5_000);
    expect(await isLetIn('t')).toBe(true);
  });

  it('is asked about again when nobody could say', async () => {
    const { verifier, cache, isLetIn } = aCache();
    verifier.fails('t', new ProviderUnavailableError());
    await expect(cache.verify('t')).rejects.toBeInstanceOf(ProviderUnavailableError);
    verifier.knows('t');
    expect(await isLetIn('t')).toBe(true);
  });

  it('does not push a valid one out', async () => {
    const { verifier, isLetIn } = aCache({ valid: 2, refused: 2 });
    verifier.knows('t');
    await isLetIn('t');
    for (let index = 0; index < 100; index += 1) await isLetIn(`junk-${index}`);
    await isLetIn('t');
    expect(verifier.asked.filter((token) => token === 't')).toHaveLength(1);
  });
});

it('keeps no more than it may', async () => {
  const { verifier, isLetIn } = aCache({ valid: 2, refused: 2 });
  for (const token of ['a', 'b', 'c']) {
    verifier.knows(token);
    await isLetIn(token);
  }
  await isLetIn('a');
  expect(verifier.asked).toEqual(['a', 'b', 'c', 'a']);
});
