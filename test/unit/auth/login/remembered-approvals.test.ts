import { describe, expect, it } from 'vitest';
import { RememberedApprovals } from '../../../../src/modules/auth/login/remembered-approvals.js';
import { Signatures } from '../../../../src/modules/auth/login/signatures.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { aPendingLogin } from '../../../fakes/waiting-logins.js';

const day = 24 * 60 * 60 * 1000;

function approvals(keyByte = 1) {
  const clock = new FakeClock();
  const key = new Signatures([Buffer.alloc(32, keyByte)]);
  return { clock, key, approvals: new RememberedApprovals(key, clock) };
}

const other = (n: number) => aPendingLogin({ clientId: `client-${n}` });

describe('Remembered approvals', () => {
  it('are of a client and a redirect URI together', () => {
    const { approvals: all } = approvals();
    const value = all.with(null, aPendingLogin());

    expect(all.includes(value, aPendingLogin({ uid: 'another', clientName: 'Renamed' }))).toBe(true);
    expect(all.includes(value, aPendingLogin({ clientId: 'client-2' }))).toBe(false);
    expect(all.includes(value, aPendingLogin({ redirectUri: 'https://notebook.test/done/' }))).toBe(false);
  });

  it('are of the scopes that the user saw, and no others', () => {
    const { approvals: all } = approvals();
    const value = all.with(null, aPendingLogin({ scopes: ['read', 'list'] }));

    expect(all.includes(value, aPendingLogin({ scopes: ['list', 'read'] }))).toBe(true);
    expect(all.includes(value, aPendingLogin({ scopes: ['list', 'read', 'write'] }))).toBe(false);
  });

  it('do not confuse where the one ends and the other begins', () => {
    const { approvals: all } = approvals();
    const value = all.with(null, aPendingLogin({ clientId: 'a', redirectUri: 'b,c' }));

    expect(all.includes(value, aPendingLogin({ clientId: 'a,b', redirectUri: 'c' }))).toBe(false);
  });

  it('end after thirty days, each by itself', () => {
    const { approvals: all, clock } = approvals();
    const first = all.with(null, other(1));
    clock.advance(20 * day);
    const both = all.with(first, other(2));
    clock.advance(10 * day);

    expect(all.includes(both, other(1))).toBe(false);
    expect(all.includes(both, other(2))).toBe(true);
  });

  it('are twenty at most, the newest, and fit a cookie', () => {
    const { approvals: all } = approvals();
    let value: string | null = null;
    for (let n = 1; n <= 30; n += 1) value = all.with(value, other(n));

    expect(all.includes(value, other(10))).toBe(false);
    expect(all.includes(value, other(11))).toBe(true);
    expect(all.includes(value, other(30))).toBe(true);
    expect(value).toMatch(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,2000}$/);
  });

  it('count again from a new approval', () => {
    const { approvals: all, clock } = approvals();
    const first = all.with(null, other(1));
    clock.advance(20 * day);
    const again = all.with(first, other(1));
    clock.advance(20 * day);

    expect(all.includes(again, other(1))).toBe(true);
  });

  it('are nothing when another server signed them, or nobody', () => {
    const { approvals: all, key } = approvals(1);
    const theirs = approvals(2).approvals.with(null, aPendingLogin());
    const mine = all.with(null, aPendingLogin());
    const [text = ''] = mine.split('!');

    for (const value of [theirs, text, `${text}!`, `${text}!x!${key.sign('approved', text)}`, '', '!']) {
      expect(all.includes(value, aPendingLogin())).toBe(false);
    }
    expect(all.includes(`${text}!${key.sign('csrf', text)}`, aPendingLogin())).toBe(false);
    expect(all.includes(mine, aPendingLogin())).toBe(true);
  });
});
