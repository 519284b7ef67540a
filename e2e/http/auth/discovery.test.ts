import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, githubAuth } from '../../support/auth-project.ts';
import { startFakeGitHub, type FakeGitHub } from '../../support/fake-github.ts';
import { OAuthClient, redirectUri } from '../../support/oauth-client.ts';
import { behindProxy, send, type RawAnswer } from '../../support/raw-http.ts';
import type { RunningServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const initialize = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: {} });

function post(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  return send(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: initialize,
  });
}

describe('who has no token', () => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await project.serve(githubAuth(github));
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('case 1: without credentials gets 401 with resource_metadata and without error', async () => {
    const { status, headers, text } = await post(server.url);

    expect(status).toBe(401);
    const challenge = headers['www-authenticate'] ?? '';
    expect(challenge).toMatch(/^Bearer /);
    expect(challenge).toContain(`resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`);
    expect(challenge).not.toContain('error=');
    expect(headers['content-type']).toContain('application/json');
    expect(JSON.parse(text)).toBeTypeOf('object');
  });

  it('case 1: with a junk bearer gets 401 invalid_token', async () => {
    const { status, headers, text } = await post(server.url, { authorization: 'Bearer junk' });

    expect(status).toBe(401);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
    expect(headers['www-authenticate']).toContain('resource_metadata="');
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_token' });
  });
});

const bases = [
  ['without port and path', 'https://x.test'],
  ['with a port and a path', 'https://x.test:8443/deep/gateway'],
] as const;

describe.each(bases)('case 2: the issuer of a base %s', (_kind, base) => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await project.serve(githubAuth(github), { http: { base_url: base } });
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('is the same bytes in metadata, authorization_servers and callback', async () => {
    const route = behindProxy(base, server.url);
    const json = async (url: string): Promise<Record<string, unknown>> => {
      const { url: target, host } = route(new URL(url));
      return JSON.parse((await send(target, { headers: { host } })).text) as Record<string, unknown>;
    };

    const challenge =
      (await post(server.url, { host: new URL(base).host })).headers['www-authenticate'] ?? '';
    const [, resourceMetadata = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    const resource = await json(resourceMetadata);
    const [authorizationServer = ''] = resource['authorization_servers'] as string[];
    const { origin, pathname } = new URL(authorizationServer);
    const inserted = `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
    const metadata = await json(inserted);
    const client = await OAuthClient.register(server.url);
    const { url } = client.authorization({ resource: `${base}/mcp` });
    const agent = new UserAgent(route);
    const callback = await agent.signIn(new URL(`${base}/authorize${url.search}`), redirectUri);

    expect(resourceMetadata.startsWith(origin)).toBe(true);
    expect(resource['resource']).toBe(`${base}/mcp`);
    expect(authorizationServer).toBe(base);
    expect(metadata['issuer']).toBe(base);
    expect(callback.searchParams.get('iss')).toBe(base);
    expect(callback.searchParams.has('code')).toBe(true);
    expect(metadata['authorization_endpoint']).toBe(`${base}/authorize`);
  });
});

describe('a server on a loopback name behind a proxy', () => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await project.serve(githubAuth(github), {
      http: { base_url: 'https://x.test', trust_proxy: true },
    });
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('case 11: accepts the public Host, refuses another Host with 421 and another Origin with 403', async () => {
    expect((await post(server.url, { host: 'x.test' })).status).toBe(401);
    expect((await post(server.url, { host: 'x.test', origin: 'https://x.test' })).status).toBe(401);
    expect((await post(server.url, { host: 'evil.test' })).status).toBe(421);
    expect((await post(server.url, { host: 'x.test', 'x-forwarded-host': 'evil.test' })).status).toBe(421);
    expect((await post(server.url, { host: 'x.test', origin: 'https://evil.test' })).status).toBe(403);
  });

  it.each(['/authorize', '/token', '/register', '/.well-known/oauth-authorization-server'])(
    'case 11: checks them on %s as well',
    async (path) => {
      const headers = { host: 'evil.test' };
      expect((await send(`${server.url}${path}`, { headers })).status).toBe(421);
    },
  );
});
