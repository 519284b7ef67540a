import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
    ['a JWT of another issuer', (from) => from.mint({ iss: 'https://other.test' })],
    ['a JWT of the future', (from) => from.mint({ nbf: Math.floor(Date.now() / 1000) + 3600 })],
    ['a JWT without subject', (from) => from.mint({ sub: undefined })],
    ['an id_token', (from) => from.mintIdToken({ aud: from.audience })],
    ['alg: none', (from) => from.mint({}, { alg: 'none' })],
    ['HS256 signed with the public key', (from) => from.mint({}, { alg: 'HS256-public-key' })],
    ['a key that the provider does not publish', (from) => from.mint({}, { strangerKid: 'stranger' })],
    ['a truncated JWT', async (from) => (await from.mint()).slice(0, -20)],
    ['a JWT with another payload', async (from) => withPayload(await from.mint(), { sub: 'root' })],
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

  it('never assumes scopes', async () => {
    const { status, headers } = await callAs(server.url, await provider.mint({ scope: undefined }));

    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toContain('scope="profile"');
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

it('required scopes follow a reload', async () => {
  const project = new AuthFolder();
  const provider = await startFakeOpenId();
  const server = await project.serve(verifierAuth(provider));
  const token = await provider.mint();
  const before = await callAs(server.url, token);

  const auth = verifierAuth(provider, {}, { authorization: { required_scopes: ['ledger'] } });
  const user = { mxcp: 1, projects: { auth: { profiles: { default: { auth } } } } };
  writeFileSync(join(project.folder, `config-${server.port}.yml`), JSON.stringify(user));
  server.process.kill('SIGHUP');
  await vi.waitFor(() => {
    expect(server.output()).toContain('"Reload ended"');
  }, 20_000);
  const after = await callAs(server.url, token);

  expect([before.status, after.status]).toEqual([200, 403]);
  expect(after.headers.get('www-authenticate')).toContain('scope="ledger"');
  expect((await callAs(server.url, await provider.mint({ scope: 'ledger' }))).status).toBe(200);
  await project.remove();
  await provider.stop();
});

it('keys that the provider rotates in are fetched when a token names one', async () => {
  const rotating = await startFakeOpenId();
  const folder = new AuthFolder();
  const { url } = await folder.serve(verifierAuth(rotating));
  const before = await rotating.mint();
  expect((await callAs(url, before)).status).toBe(200);

  await rotating.rotateKeys(false);

  expect((await callAs(url, await rotating.mint())).status).toBe(200);
  await folder.remove();
  await rotating.stop();
});

it('a provider that cannot be reached is answered with 503 and Retry-After', async () => {
  const dark = await startFakeOpenId();
  const folder = new AuthFolder();
  const started = await folder.serve(verifierAuth(dark));
  const token = await dark.mint();
  await dark.stop();

  const { status, headers } = await callAs(started.url, token);

  expect(status).toBe(503);
  expect(headers.get('retry-after')).not.toBeNull();
  await started.stop();
  await folder.remove();
});

function withPayload(token: string, claims: object): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}
