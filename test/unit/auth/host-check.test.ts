import { describe, expect, it } from 'vitest';
import type { HttpConfig } from '../../../src/common/domain/app-config.js';
import { HostCheck } from '../../../src/modules/auth/host-check.js';
import { aConfig } from '../../builders/a-config.js';

function verdict(
  config: Partial<HttpConfig>,
  host: string | undefined,
  origin?: string,
  forwardedHost?: string,
): number {
  const check = new HostCheck({ ...aConfig().http, ...config });
  return check.refusal({ host, origin, forwardedHost })?.status ?? 200;
}

describe('HostCheck bound to a loopback address', () => {
  it.each(['127.0.0.1:8000', 'localhost:8000', 'LOCALHOST', '[::1]:8000'])('accepts Host %s', (host) => {
    expect(verdict({}, host)).toBe(200);
  });

  it.each(['evil.test', 'evil.test:8000', 'localhost.evil.test', '', undefined, 'a@localhost'])(
    'refuses Host %s with 421',
    (host) => {
      expect(verdict({}, host)).toBe(421);
    },
  );

  it('says which header is wrong', () => {
    const check = new HostCheck(aConfig().http);
    expect(check.refusal({ host: 'evil.test', origin: undefined, forwardedHost: undefined })).toEqual({
      status: 421,
      message: 'Invalid Host header',
    });
    expect(
      check.refusal({ host: 'localhost:8000', origin: 'https://evil.test', forwardedHost: undefined }),
    ).toEqual({ status: 403, message: 'Invalid Origin header' });
  });

  it.each([
    ['http://localhost:8000', 200],
    ['https://127.0.0.1', 200],
    ['null', 403],
    ['file://localhost', 403],
    ['http://evil.test', 403],
  ])('answers Origin %s with %i', (origin, status) => {
    expect(verdict({}, 'localhost:8000', origin)).toBe(status);
  });
});

describe('HostCheck behind a name', () => {
  const named = { baseUrl: 'https://x.test' };

  it('accepts the host of base_url beside the bound names', () => {
    expect(verdict(named, 'x.test')).toBe(200);
    expect(verdict(named, 'x.test:443')).toBe(200);
    expect(verdict(named, 'x.test:9999')).toBe(421);
    expect(verdict(named, 'evil.test')).toBe(421);
    expect(verdict(named, 'x.test', 'https://x.test')).toBe(200);
    expect(verdict(named, 'x.test', 'https://evil.test')).toBe(403);
  });

  it('accepts allowed hosts and origins as they are written', () => {
    const config = { allowedHosts: ['api.test:8443'], allowedOrigins: ['https://app.test'] };
    expect(verdict(config, 'api.test:8443')).toBe(200);
    expect(verdict(config, 'api.test')).toBe(421);
    expect(verdict(config, 'localhost', 'https://app.test')).toBe(200);
    expect(verdict(config, 'localhost', 'https://app.test.evil')).toBe(403);
  });

  it('believes the forwarded host of a trusted proxy only', () => {
    expect(verdict({ trustProxy: true }, 'pub.test', 'https://pub.test', 'pub.test')).toBe(200);
    expect(verdict({ trustProxy: false }, 'pub.test', undefined, 'pub.test')).toBe(421);
  });
});

describe('HostCheck bound to every address', () => {
  it('accepts any Host while nobody said its names, but no foreign Origin', () => {
    expect(verdict({ host: '0.0.0.0' }, 'pod-1.cluster:8000')).toBe(200);
    expect(verdict({ host: '0.0.0.0' }, 'evil.test', 'http://evil.test')).toBe(403);
  });

  it('checks Host once the names are known', () => {
    expect(verdict({ host: '::', baseUrl: 'https://x.test' }, 'evil.test')).toBe(421);
    expect(verdict({ host: '0.0.0.0', allowedHosts: ['x.test'] }, 'x.test')).toBe(200);
  });
});
