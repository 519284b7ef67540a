import { describe, expect, it } from 'vitest';
import type { HttpConfig } from '../../../../src/common/domain/app-config.js';
import { HostCheck, hostRefusal } from '../../../../src/modules/auth/http/host-check.js';
import { aConfig } from '../../../builders/a-config.js';

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

  it('says which header is wrong, and what it says', () => {
    const check = new HostCheck(aConfig().http);
    expect(check.refusal({ host: 'evil.test', origin: undefined, forwardedHost: undefined })).toEqual({
      status: 421,
      message: 'Invalid Host header',
      refused: 'evil.test',
    });
    expect(
      check.refusal({ host: 'localhost:8000', origin: 'https://evil.test', forwardedHost: undefined }),
    ).toEqual({ status: 403, message: 'Invalid Origin header', refused: 'https://evil.test' });
  });

  it('says no more than somebody would read', () => {
    const refusal = new HostCheck(aConfig().http).refusal({
      host: 'x'.repeat(10_000),
      origin: undefined,
      forwardedHost: undefined,
    });
    expect(refusal?.refused.length).toBeLessThan(300);
  });

  it('says nothing that a terminal would take for a command', () => {
    expect(hostRefusal('evil\u009b2J.test').refused).toBe('evil2J.test');
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

  it('takes a forwarded host for a name only where no names were written', () => {
    expect(verdict({}, 'pub.test', 'https://pub.test', 'pub.test')).toBe(200);
    expect(verdict({}, 'localhost:8000', 'https://pub.test', 'pub.test')).toBe(200);
    expect(verdict({}, 'pub.test', 'https://evil.test', 'pub.test')).toBe(403);
    expect(verdict(named, '127.0.0.1:8000', 'https://x.test', 'x.test')).toBe(200);
    expect(verdict(named, 'x.test', undefined, 'pub.test')).toBe(421);
    expect(verdict(named, 'x.test', undefined, 'x.test:pub')).toBe(421);
    expect(verdict({ allowedHosts: ['pub.test'] }, 'inner', undefined, 'pub.test')).toBe(200);
  });

  it('tells an unencrypted page from its own', () => {
    expect(verdict(named, 'x.test', 'http://x.test')).toBe(403);
    expect(verdict({ baseUrl: 'http://x.test' }, 'x.test', 'http://x.test')).toBe(200);
  });

  it('knows default ports, addresses of IPv6 and any case', () => {
    expect(verdict({ baseUrl: 'https://x.test:443' }, 'X.TEST')).toBe(200);
    expect(verdict({ allowedHosts: ['api.test:443'] }, 'api.test')).toBe(200);
    expect(verdict({ baseUrl: 'https://[2001:db8::1]:8443' }, '[2001:DB8::1]:8443')).toBe(200);
    expect(verdict({ host: '2001:db8::1' }, '[2001:db8::1]:8000')).toBe(200);
  });

  it.each(['x.test.', 'x.test@evil.test', 'evil.test#x.test', 'x.test, evil.test', 'x.test:443:443', '[::1'])(
    'does not take %s for a name',
    (host) => {
      expect(verdict(named, host)).toBe(421);
    },
  );

  it.each([
    'https://x.test/',
    'https://x.test@evil.test',
    'https://a@x.test',
    'https://x.test, https://evil.test',
  ])('does not take %s for an origin', (origin) => {
    expect(verdict(named, 'x.test', origin)).toBe(403);
  });

  it('allows the origin of an app, and no sandboxed page with it', () => {
    const config = { allowedOrigins: ['vscode-webview://abc'] };
    expect(verdict(config, 'localhost', 'vscode-webview://abc')).toBe(200);
    expect(verdict(config, 'localhost', 'null')).toBe(403);
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
