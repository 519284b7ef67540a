import { describe, expect, it } from 'vitest';
import { PublicBase } from '../../../../src/modules/auth/http/public-base.js';

const local = { baseUrl: null, publicUrl: 'http://localhost:8000', trustProxy: false };
const everywhere = { baseUrl: null, publicUrl: null, trustProxy: false };
const named = { baseUrl: 'https://x.test/a', publicUrl: 'https://x.test/a', trustProxy: true };

describe('PublicBase', () => {
  it.each([
    ['the configured URL, whoever asks', named, false, 'https://other.test', 'https://x.test/a'],
    ['the bound name', local, false, 'http://10.0.0.7:8000', 'http://localhost:8000'],
    ['the loopback name that was used', local, true, 'http://[::1]:8000', 'http://[::1]:8000'],
    ['the bound name for another port', local, true, 'http://127.0.0.1:9000', 'http://localhost:8000'],
    ['the bound name for another scheme', local, true, 'https://127.0.0.1:8000', 'http://localhost:8000'],
    ['the request where nobody said', everywhere, false, 'http://pod-1:8000', 'http://pod-1:8000'],
    ['the proxy', { ...local, trustProxy: true }, false, 'https://x.test', 'https://x.test'],
    [
      'no proxy for an issuer',
      { ...local, trustProxy: true },
      true,
      'https://x.test',
      'http://localhost:8000',
    ],
  ])('is %s', (_what, http, isIssuer, origin, base) => {
    expect(new PublicBase(http, isIssuer).for(origin)).toBe(base);
  });

  it('has the path of the configured URL only', () => {
    expect([new PublicBase(named, true).path, new PublicBase(everywhere, false).path]).toEqual(['/a', '']);
  });
});
