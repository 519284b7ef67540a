import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, returned, verifierAuth } from '../../support/auth-project.ts';
import { startFakeOpenId, type FakeOpenId } from '../../support/fake-openid.ts';
import { send } from '../../support/raw-http.ts';
import type { RunningServer } from '../../support/server.ts';

const project = new AuthFolder();
let provider: FakeOpenId;
let server: RunningServer;

beforeAll(async () => {
  provider = await startFakeOpenId();
  server = await project.serve(
    verifierAuth(provider, {}, { authorization: { required_scopes: ['profile'] } }),
  );
  provider.audience = `${server.url}/mcp`;
});

afterAll(async () => {
  await project.remove();
  await provider.stop();
});

describe('case 9: verifier mode', () => {
  beforeEach(async () => {
    // the control: what is refused below differs from this token in one thing
    expect((await callAs(server.url, await provider.mint({ client_id: 'c', azp: 'c' }))).status).toBe(200);
  });

  const bad: [string, (provider: FakeOpenId) => Promise<string>][] = [
    ['an expired JWT', (from) => from.mint({}, { lifetimeS: -120 })],
    [
      'a JWT for another audience',
      (from) => from.mint({ aud: 'https://other.test', azp: 'c', client_id: 'c' }),
    ],
    ['an id_token', (from) => from.mintIdToken({ aud: from.audience })],
    ['alg: none', (from) => from.mint({}, { alg: 'none' })],
    ['HS256 signed with the public key', (from) => from.mint({}, { alg: 'HS256-public-key' })],
  ];

  it.each(bad)('answers %s with 401 and asks neither introspection nor userinfo', async (_what, mint) => {
    const token = await mint(provider);
    const { introspection, userinfo } = { ...provider.counts };

    const { status, headers } = await callAs(server.url, token);

    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(provider.counts).toMatchObject({ introspection, userinfo });
  });

  it('takes opaque tokens by introspection, and asks once a minute', async () => {
    const token = provider.mintOpaque();
    const asked = provider.counts['introspection'] ?? 0;

    const first = await callAs(server.url, token);
    await callAs(server.url, token);

    expect(returned(first)).toMatchObject({ username: 'ada', email: 'ada@acme.test', provider: 'oidc' });
    expect(provider.counts['introspection']).toBe(asked + 1);
    expect((await callAs(server.url, 'opaque_unknown')).status).toBe(401);
  });

  it('names the provider as authorization server, and serves no endpoint of one', async () => {
    const metadata = await send(`${server.url}/.well-known/oauth-protected-resource/mcp`);

    expect(JSON.parse(metadata.text)).toMatchObject({
      resource: `${server.url}/mcp`,
      authorization_servers: [provider.issuer],
    });
    for (const path of ['/authorize', '/token', '/register', '/.well-known/oauth-authorization-server']) {
      expect((await send(`${server.url}${path}`)).status).toBe(404);
    }
  });
});

it('case 10: get_user_external_token() is NULL in verifier mode', async () => {
  const answer = await callAs(server.url, await provider.mint(), 'upstream_token');

  expect(answer.status).toBe(200);
  expect(returned(answer)).toEqual({ token: null });
});
