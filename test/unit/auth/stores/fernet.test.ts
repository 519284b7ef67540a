import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFernetToken, openFernetToken } from '../../../../src/modules/auth/stores/fernet.js';

/** Made by Python's `cryptography` with the key of the bytes 0 to 31. */
const token =
  'gAAAAABlU_EAcsIaQFk5smfEVxelO3Edeu_ePfYE6nfKtXynBUwxnykazv4beWR4eZGrYBuGw3fgwNvJnFYYkiL4whH_Lw0jwa_tITBpBGph_Q12awVv_yk=';
const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** A token whose signature is right and whose padding is wrong. */
function badlyPadded(): string {
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), Buffer.alloc(16)).setAutoPadding(false);
  const text = Buffer.concat([cipher.update(Buffer.alloc(16)), cipher.final()]);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), Buffer.alloc(16), text]);
  const signature = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
  return Buffer.concat([signed, signature]).toString('base64url');
}

describe('openFernetToken', () => {
  it('opens what Python encrypted', () => {
    expect(openFernetToken(token, key)).toBe('client-secret-é-8842');
  });

  it.each([
    ['another key', token, Buffer.alloc(32, 9)],
    ['a changed token', token.replace('cOIa', 'cOIb').replace('yk=', 'yo='), key],
    ['another version', `A${token.slice(1)}`, key],
    ['a shortened token', token.slice(0, 80), key],
    ['an empty token', '', key],
    ['padding that no Fernet writes', badlyPadded(), key],
  ])('opens nothing of %s', (_what, text, other) => {
    expect(openFernetToken(text, other)).toBeNull();
  });
});

describe('isFernetToken', () => {
  it('tells tokens from secrets in clear', () => {
    expect(isFernetToken(token)).toBe(true);
    expect(isFernetToken('gAAAAsecret')).toBe(false);
    expect(isFernetToken('7a5d1fd0b3c14c2fa0f2a4cb1d6c0f6e')).toBe(false);
    expect(isFernetToken(token.replace('_', '/'))).toBe(false);
  });
});
