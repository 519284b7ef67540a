import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { unifyForwarded } from '../../../../src/modules/auth/http/forwarded-headers.js';

function unified(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  const own: IncomingHttpHeaders = { host: 'inner:8000', ...headers };
  unifyForwarded(own);
  const seen = {
    proto: own['x-forwarded-proto'],
    host: own['x-forwarded-host'],
    from: own['x-forwarded-for'],
  };
  return Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined));
}

describe('unifyForwarded', () => {
  it('takes scheme, host and port of X-Forwarded headers', () => {
    expect(unified({ 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'x.test' })).toEqual({
      proto: 'https',
      host: 'x.test',
    });
    expect(unified({ 'x-forwarded-scheme': 'https', 'x-forwarded-port': '8443' })).toEqual({
      proto: 'https',
      host: 'inner:8000',
    });
    const named = { 'x-forwarded-host': 'x.test', 'x-forwarded-proto': 'https' };
    expect(unified({ ...named, 'x-forwarded-port': '8443' })['host']).toBe('x.test:8443');
    expect(unified({ ...named, 'x-forwarded-port': '443' })['host']).toBe('x.test');
    expect(unified({ 'x-forwarded-host': 'x.test', 'x-forwarded-port': '80' })['host']).toBe('x.test');
  });

  it('believes of several values the one of the proxy itself', () => {
    expect(unified({ 'x-forwarded-host': 'evil.test, x.test', 'x-forwarded-proto': 'http, https' })).toEqual({
      proto: 'https',
      host: 'x.test',
    });
  });

  it('drops a scheme that is none', () => {
    expect(unified({ 'x-forwarded-proto': 'javascript' })).toEqual({});
  });

  it('reads Forwarded', () => {
    expect(unified({ forwarded: 'for=192.0.2.60:4711;proto=https;host="x.test:8443"' })).toEqual({
      proto: 'https',
      host: 'x.test:8443',
      from: '192.0.2.60',
    });
    expect(
      unified({
        forwarded: 'For="[2001:db8::1]:4711";Host=evil.test, for=10.0.0.2; Proto=http; host=x.test',
      }),
    ).toEqual({ proto: 'http', host: 'x.test', from: '2001:db8::1, 10.0.0.2' });
  });

  it('does not read Forwarded where the proxy speaks the other way: a client may have written it', () => {
    expect(unified({ forwarded: 'host=evil.test;proto=http', 'x-forwarded-proto': 'https' })).toEqual({
      proto: 'https',
    });
  });

  it('leaves a request alone of which nothing is said', () => {
    expect(unified({})).toEqual({});
    expect(unified({ forwarded: 'by=proxy' })).toEqual({});
  });
});
