import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, githubAuth, returned } from '../support/auth-project.ts';
import { startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts';
import { OAuthClient, redirectUri, tokensOf } from '../support/oauth-client.ts';
import { haproxyCfg, mcpoConf, mxcpConf, trustCertificate, type RunningProxy } from '../support/proxies.ts';
import { behindProxy, send, type RawAnswer } from '../support/raw-http.ts';
import type { RunningServer } from '../support/server.ts';
import { UserAgent } from '../support/user-agent.ts';

trustCertificate();

/** Every route that a sign-in takes, each with a method that the server answers. */
const routes = [
  ['GET', '/authorize'],
  ['GET', '/consent/unknown'],
  ['GET', '/github/callback'],
  ['POST', '/token'],
  ['POST', '/register'],
  ['POST', '/revoke'],
  ['GET', '/jwks'],
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/.well-known/oauth-protected-resource'],
  ['GET', '/.well-known/oauth-protected-resource/mcp'],
  ['GET', '/health'],
  ['GET', '/health/live'],
  ['GET', '/ready'],
] as const;

describe.each([mxcpConf, mcpoConf, haproxyCfg])('a sign-in through $name', (file) => {
  const folder = new AuthFolder();
  const host = new URL(file.publicUrl).host;
  let github: FakeGitHub;
  let server: RunningServer;
  let proxy: RunningProxy;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await folder.serve(githubAuth(github), {
      http: { base_url: file.publicUrl, trust_proxy: true },
    });
    proxy = await file.start([server.port]);
  });

  afterAll(async () => {
    await proxy.stop();
    await folder.remove();
    await github.stop();
  });

  const ask = (base: string, method: string, path: string): Promise<RawAnswer> =>
    send(`${base}${path}`, { method, headers: { host } });

  it.each(routes)('has %s %s as the server itself', async (method, path) => {
    const [direct, proxied] = [await ask(server.url, method, path), await ask(proxy.url, method, path)];

    expect(direct.status).not.toBe(404);
    expect(proxied.status).toBe(direct.status);
    // times and ids differ
    const written = ({ text }: RawAnswer): string =>
      text.replaceAll(/\d/g, '0').replaceAll(/[0a-f-]{36}/g, '');
    expect(written(proxied)).toBe(written(direct));
    expect(proxied.headers['x-content-type-options']).toBe('nosniff');
    expect(proxied.headers['x-frame-options']).toBe('DENY');
  });

  it('is pointed to the public address', async () => {
    const refused = await send(`${proxy.url}/mcp`, {
      method: 'POST',
      headers: { host, 'content-type': 'application/json', 'x-forwarded-host': 'evil.test' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    const metadata = await ask(proxy.url, 'GET', '/.well-known/oauth-authorization-server');

    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain(
      `resource_metadata="${file.publicUrl}/.well-known/oauth-protected-resource/mcp"`,
    );
    const document = JSON.parse(metadata.text) as Record<string, unknown>;
    expect(document).toMatchObject({
      authorization_endpoint: `${file.publicUrl}/authorize`,
      token_endpoint: `${file.publicUrl}/token`,
      registration_endpoint: `${file.publicUrl}/register`,
    });
    expect(metadata.text).not.toContain('http://');
  });

  it('ends with a token that is good', async () => {
    const { clientId } = await OAuthClient.register(proxy.url);
    const { url, verifier } = new OAuthClient(file.publicUrl, clientId).authorization();
    const agent = new UserAgent(behindProxy(file.publicUrl, proxy.url));

    const callback = await agent.signIn(url, redirectUri);
    const code = callback.searchParams.get('code') ?? '';
    const tokens = tokensOf(await new OAuthClient(proxy.url, clientId).redeem({ code, verifier }));

    expect(returned(await callAs(proxy.url, tokens.accessToken))).toMatchObject({ username: 'octocat' });
  });
});
