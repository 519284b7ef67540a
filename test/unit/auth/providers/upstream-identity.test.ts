import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/common/domain/secret.js';
import {
  scopesIn,
  secondsIn,
  upstreamIdentity,
  upstreamTokens,
} from '../../../../src/modules/auth/providers/upstream-identity.js';

const now = new Date('2026-03-02T09:00:00Z');
const grant = { accessToken: 'a', refreshToken: null, expiresIn: null, scope: '' };
const person = { userId: 'u', username: 'u', email: null, name: null, avatarUrl: null };

describe('tokens of a provider', () => {
  it('expire when the provider says so', () => {
    expect(upstreamTokens({ ...grant, expiresIn: 60 }, [], now).expiresAt).toEqual(
      new Date('2026-03-02T09:01:00Z'),
    );
    expect(upstreamTokens(grant, [], now).expiresAt).toBeNull();
  });

  it('have the scopes that were asked for, unless the provider granted others', () => {
    expect(upstreamTokens({ ...grant, scope: ' ' }, ['a', 'b'], now).scopes).toEqual(['a', 'b']);
    expect(upstreamTokens({ ...grant, scope: 'b' }, ['a', 'b'], now).scopes).toEqual(['b']);
  });

  it('keep the former refresh token until there is another', () => {
    const former = { ...upstreamTokens(grant, [], now), refreshToken: new Secret('r1') };
    expect(upstreamTokens(grant, [], now, former).refreshToken?.reveal()).toBe('r1');
    expect(upstreamTokens({ ...grant, refreshToken: 'r2' }, [], now, former).refreshToken?.reveal()).toBe(
      'r2',
    );
    expect(upstreamTokens(grant, [], now).refreshToken).toBeNull();
  });
});

describe('the profile', () => {
  const tokens = upstreamTokens({ ...grant, scope: 'a b' }, [], now);

  it('says the granted scopes where no claim does', () => {
    expect(upstreamIdentity(person, { sub: 'u' }, tokens).profile).toEqual({ sub: 'u', scope: 'a b' });
    expect(upstreamIdentity(person, { scope: 'own' }, tokens).profile).toEqual({ scope: 'own' });
    expect(upstreamIdentity(person, {}, upstreamTokens(grant, [], now)).profile).toEqual({});
  });
});

describe('reading', () => {
  it('takes scopes separated by spaces or commas', () => {
    expect(scopesIn('user:email,read:org  x')).toEqual(['user:email', 'read:org', 'x']);
    expect(scopesIn('')).toEqual([]);
  });

  it.each([
    [28_800, 28_800],
    ['3600', 3600],
    [0, 0],
    [-1, null],
    ['', null],
    ['soon', null],
    [null, null],
    [undefined, null],
  ])('takes %j for %j seconds', (given, expected) => {
    expect(secondsIn(given)).toBe(expected);
  });
});
