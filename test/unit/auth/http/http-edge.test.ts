import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { HttpConfig } from '../../../../src/common/domain/app-config.js';
import { isTrustedPeer } from '../../../../src/common/domain/trusted-peers.js';
import { CrossOrigin } from '../../../../src/modules/auth/http/cross-origin.js';
import { EdgeLog } from '../../../../src/modules/auth/http/edge-log.js';
import { HttpEdge } from '../../../../src/modules/auth/http/http-edge.js';
import { securityHeaders } from '../../../../src/modules/auth/http/security-headers.js';
import { HostCheck } from '../../../../src/modules/auth/http/host-check.js';
import { aConfig } from '../../../builders/a-config.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';

const evil = 'https://evil.test';

/** A server whose routes tell how they see a request; `/mcp` lets nobody in. */
function served(http: Partial<HttpConfig>, log = new RecordingLog()): FastifyInstance {
  const config = { ...aConfig().http, ...http };
  const instance = Fastify({ trustProxy: config.trustProxy && isTrustedPeer });
  const crossOrigin = new CrossOrigin(config.allowedOrigins, true);
  const headers = securityHeaders(config.baseUrl);
  const edgeLog = new EdgeLog(log, new FakeClock());
  new HttpEdge(new HostCheck(config), crossOrigin, headers, config.trustProxy, edgeLog).mount(instance);
  instance.setNotFoundHandler((_request, reply) => reply.code(404).send({}));
  for (const url of ['/.well-known/x', '/authorize', '/consent/1', '/token', '/health', '/seen']) {
    instance.all(url, { config: {} }, ({ protocol, host, ip }) => ({ origin: `${protocol}://${host}`, ip }));
  }
  instance.post('/mcp', (_request, reply) => reply.code(401).header('www-authenticate', 'Bearer').send({}));
  return instance;
}

async function ask(http: Partial<HttpConfig>, options: InjectOptions): Promise<LightMyRequestResponse> {
  const headers = { host: 'localhost:8000', ...options.headers };
  return served(http).inject({ method: 'GET', ...options, headers });
}

async function status(http: Partial<HttpConfig>, options: InjectOptions): Promise<number> {
  return (await ask(http, options)).statusCode;
}

describe('a server bound to localhost behind a proxy with a public name', () => {
  const behind = { host: 'localhost', baseUrl: 'https://x.test', trustProxy: true };

  it('is served under that name', async () => {
    expect(await status(behind, { url: '/seen', headers: { host: 'x.test' } })).toBe(200);
    const forwarded = { host: '127.0.0.1:8000', 'x-forwarded-host': 'x.test', 'x-forwarded-proto': 'https' };
    expect(await status(behind, { url: '/seen', headers: forwarded })).toBe(200);
  });

  it('refuses another name, however it comes', async () => {
    const name = (headers: Record<string, string>): Promise<number> =>
      status(behind, { url: '/seen', headers });
    expect(await name({ host: 'evil.test' })).toBe(421);
    expect(await name({ host: 'x.test', 'x-forwarded-host': 'evil.test' })).toBe(421);
    expect(await name({ host: 'evil.test', 'x-forwarded-host': 'evil.test' })).toBe(421);
    expect(await name({ host: 'x.test', forwarded: 'host=evil.test' })).toBe(421);
    expect(await name({ host: 'x.test', origin: evil })).toBe(403);
  });

  it('tells browsers to come encrypted', async () => {
    const { headers } = await ask(behind, { url: '/seen', headers: { host: 'x.test' } });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('what a proxy says', () => {
  const said = {
    'x-forwarded-for': '192.0.2.60',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'x.test',
  };

  it('counts from a trusted peer', async () => {
    const seen = await ask({ trustProxy: true }, { url: '/seen', headers: said, remoteAddress: '10.1.2.3' });
    expect(seen.json()).toEqual({ origin: 'https://x.test', ip: '192.0.2.60' });
    const forwarded = { forwarded: 'for=192.0.2.60;proto=https;host=x.test' };
    const other = await ask({ trustProxy: true }, { url: '/seen', headers: forwarded, remoteAddress: '::1' });
    expect(other.json()).toEqual({ origin: 'https://x.test', ip: '192.0.2.60' });
  });

  it.each([
    ['from a stranger', true, '203.0.113.9'],
    ['while no proxy is trusted', false, '10.1.2.3'],
  ])('does not count %s', async (_when, trustProxy, remoteAddress) => {
    const seen = await ask({ trustProxy }, { url: '/seen', headers: said, remoteAddress });
    expect(seen.json()).toEqual({ origin: 'http://localhost:8000', ip: remoteAddress });
  });
});

describe('pages of other origins', () => {
  it.each(['/.well-known/x', '/token'])('may read %s, under a Host that is ours', async (url) => {
    const reply = await ask({}, { url, headers: { origin: evil } });
    expect([reply.statusCode, reply.headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(await status({}, { url, headers: { origin: evil, host: 'evil.test' } })).toBe(421);
    expect(await status({}, { method: 'OPTIONS', url, headers: { origin: evil } })).toBe(204);
  });

  it('send people to sign in, and decide nothing for them', async () => {
    expect(await status({}, { url: '/authorize' })).toBe(200);
    expect(await status({}, { method: 'POST', url: '/authorize', headers: { origin: evil } })).toBe(200);
    expect(await status({}, { method: 'POST', url: '/consent/1', headers: { origin: evil } })).toBe(403);
  });

  it('are told from our own, also when they do not say who they are', async () => {
    const ours = 'http://localhost:8000';
    expect(await status({}, { method: 'POST', url: '/consent/1', headers: { origin: ours } })).toBe(200);
    expect(await status({}, { method: 'POST', url: '/consent/1', headers: { origin: 'null' } })).toBe(403);
    expect(await status({}, { method: 'POST', url: '/mcp', headers: { origin: 'null' } })).toBe(403);
  });

  it('call /mcp where that is allowed, and see the challenge', async () => {
    const http = { allowedOrigins: ['https://app.test'] };
    const headers = { origin: 'https://app.test', 'access-control-request-method': 'POST' };
    const preflight = await ask(http, { method: 'OPTIONS', url: '/mcp', headers });
    expect([preflight.statusCode, preflight.body]).toEqual([204, '']);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.test');
    const refused = await ask(http, { method: 'POST', url: '/mcp', headers });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'access-control-expose-headers': expect.stringContaining('WWW-Authenticate') as string,
    });
    expect(await status(http, { method: 'OPTIONS', url: '/mcp', headers: { origin: evil } })).toBe(403);
  });
});

describe('a request that names two hosts', () => {
  it('is refused: who stands before us may have read the other', async () => {
    const instance = served({});
    const { port } = new URL(await instance.listen({ port: 0, host: '127.0.0.1' }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET /seen HTTP/1.1\r\nHost: localhost\r\nhost: evil.test\r\nConnection: close\r\n\r\n');

    const answer = await text(socket);

    await instance.close();
    expect(answer).toMatch(/^HTTP\/1\.1 4(21|00) /);
  });
});

describe('a refused request', () => {
  const asked = async (headers: Record<string, string>) => {
    const log = new RecordingLog();
    const edge = served({ host: 'localhost', baseUrl: 'https://x.test', trustProxy: true }, log);
    const reply = await edge.inject({ url: '/seen', headers: { host: 'x.test', ...headers } });
    return { error: reply.json<{ error: { data: object } }>().error, lines: log.lines };
  };

  it.each([
    [{ host: 'mxcp:8000' }, 'mxcp:8000'],
    [{ 'x-forwarded-host': 'other.test' }, 'other.test'],
  ])(
    'tells the operator which host it named, and the sender only where to look: %o',
    async (headers, host) => {
      const { error, lines } = await asked(headers);
      expect(lines).toMatchObject([
        {
          level: 'warning',
          message: expect.stringContaining('transport.http.allowed_hosts') as string,
          fields: { host, ip: '127.0.0.1', ...error.data },
        },
      ]);
      expect(Object.keys(error.data)).toEqual(['correlationId']);
    },
  );

  it('tells both which origin it came from', async () => {
    const { error, lines } = await asked({ origin: evil });
    expect(error.data).toMatchObject({ origin: evil });
    expect(lines).toMatchObject([
      {
        level: 'warning',
        message: expect.stringContaining('transport.http.allowed_origins') as string,
        fields: { ip: '127.0.0.1', ...error.data },
      },
    ]);
  });
});

describe('every answer', () => {
  it.each([
    ['/seen', 'localhost:8000', 200],
    ['/nowhere', 'localhost:8000', 404],
    ['/seen', 'evil.test', 421],
    ['/health', '10.0.0.7:8000', 200],
  ])('of %s under %s has the security headers', async (url, host, code) => {
    const reply = await ask({}, { url, headers: { host } });
    expect(reply.statusCode).toBe(code);
    expect(reply.headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(reply.headers).not.toHaveProperty('strict-transport-security');
  });

  it('can have other ones, where a page needs them', async () => {
    const instance = served({});
    instance.get('/page', (_request, reply) => reply.header('content-security-policy', 'sandbox').send());
    const { headers } = await instance.inject({ url: '/page', headers: { host: 'localhost' } });
    expect(headers['content-security-policy']).toBe('sandbox');
  });
});
