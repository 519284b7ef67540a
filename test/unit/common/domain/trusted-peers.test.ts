import { describe, expect, it } from 'vitest';
import { isTrustedPeer } from '../../../../src/common/domain/trusted-peers.js';

describe('isTrustedPeer', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.9.8.7',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    'fd00::1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
  ])('believes %s', (address) => {
    expect(isTrustedPeer(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '11.0.0.1',
    '2001:db8::1',
    '::ffff:8.8.8.8',
    '::',
    '0.0.0.0',
    'localhost',
    '127.0.0.1.evil.test',
    '',
    undefined,
  ])('does not believe %s', (address) => {
    expect(isTrustedPeer(address)).toBe(false);
  });
});
