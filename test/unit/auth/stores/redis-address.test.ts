import { describe, expect, it } from 'vitest';
import { redisAddress } from '../../../../src/modules/auth/stores/redis-address.js';

describe('redisAddress', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, database: 0 }],
    ['redis://cache:6380/3', { host: 'cache', port: 6380, database: 3 }],
    ['redis://[::1]:6380/', { host: '::1', port: 6380, database: 0 }],
    ['redis://:p%40ss%2F@cache', { host: 'cache', port: 6379, database: 0, password: 'p@ss/' }],
    ['redis://me:100%@cache', { host: 'cache', port: 6379, database: 0, username: 'me', password: '100%' }],
    [
      'rediss://me:pw@cache',
      { host: 'cache', port: 6379, database: 0, username: 'me', password: 'pw', tls: {} },
    ],
  ])('reads %s', (url, address) => {
    expect(redisAddress(url)).toEqual(address);
  });

  it.each(['', 'cache:6379', 'http://:s3cr3t@cache', 'redis://', 'redis://:s3cr3t@cache/name', 's3cr3t'])(
    'refuses %j without repeating it',
    (url) => {
      expect(() => redisAddress(url)).toThrow(
        /^OAuth server initialization failed: REDIS_URL must be (?!.*s3cr3t)/,
      );
    },
  );
});
