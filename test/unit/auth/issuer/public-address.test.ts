import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../../src/modules/auth/issuer/public-address.js';

describe('isPublicAddress', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.5',
    '100.64.0.1',
    '127.0.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::10.0.0.5',
    '::ffff:10.0.0.5',
    '::ffff:a00:5',
    '64:ff9b::a00:5',
    '2002:a00:5::1',
    '2001:db8::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'ff02::1',
    'fe80::1%eth0',
    '::ffff:0:10.0.0.5',
    '64:ff9b:1::a00:5',
    '4000::1',
    '8000::1',
  ])('is false for %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '172.32.0.1', '192.167.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'is true for %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});
