import { describe, expect, it } from 'vitest';
import { idOf, personOf, textOf } from '../../../../src/modules/auth/providers/person.js';

describe('who a provider describes', () => {
  it('is called by the name given, the address’s local part, or the id', () => {
    expect(personOf({ email: 'ada@acme.test' }, 'u1', 'countess').username).toBe('countess');
    expect(personOf({ email: 'ada@acme.test' }, 'u1', null).username).toBe('ada');
    expect(personOf({ email: '@acme.test' }, 'u1', null).username).toBe('u1');
    expect(personOf({}, 'u1', null)).toEqual({
      userId: 'u1',
      username: 'u1',
      email: null,
      name: null,
      avatarUrl: null,
    });
  });

  it.each([
    [{ email_verified: false }, null],
    [{ email_verified: 'false' }, null],
    [{ verified_email: false }, null],
    [{ email_verified: true, verified_email: false }, null],
    [{ email_verified: true }, 'ada@acme.test'],
    [{ email_verified: 'true' }, 'ada@acme.test'],
    [{}, 'ada@acme.test'],
  ])('with %j has the address %s', (claims, email) => {
    expect(personOf({ email: 'ada@acme.test', ...claims }, 'u1', null).email).toBe(email);
  });

  it('has as its id the first member that is there, as text', () => {
    expect(idOf({ sub: 'u1', id: 'u2' }, 'sub', 'id')).toBe('u1');
    expect(idOf({ sub: null, id: 7 }, 'sub', 'id')).toBe('7');
    expect(idOf({ id: 12345678901234567890n }, 'id')).toBe('12345678901234567890');
  });

  it.each([[{}], [{ id: '' }], [{ id: null }], [{ id: true }], [{ id: {} }], [{ id: ['u'] }]])(
    'is nobody with %j',
    (userInfo) => {
      expect(() => idOf(userInfo, 'id')).toThrow(expect.objectContaining({ error: 'invalid_token' }));
    },
  );

  it('cannot have a name that is no text', () => {
    expect(() => textOf({ name: 7 }, 'name')).toThrow(expect.objectContaining({ error: 'invalid_token' }));
    expect(textOf({ name: '' }, 'name')).toBeNull();
  });
});
