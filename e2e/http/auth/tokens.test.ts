import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, githubAuth, openIdAuth, returned } from '../../support/auth-project.ts';
import { startFakeGitHub, type FakeGitHub } from '../../support/fake-github.ts';
import { ada, startFakeOpenId, type FakeOpenId } from '../../support/fake-openid.ts';
import { OAuthClient, redirectUri, tokensOf } from '../../support/oauth-client.ts';
import type { RunningServer } from '../../support/server.ts';

describe('case 6: a refresh token', () => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;
  let client: OAuthClient;

  beforeAll(async () => {
    github = await startFakeGitHub();
    server = await project.serve(githubAuth(github));
    client = await OAuthClient.register(server.url);
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('of client A gets client B invalid_grant, and stays good for A', async () => {
    const other = await OAuthClient.register(server.url);
    const tokens = await client.signIn();

    const stolen = await other.refresh(tokens.refreshToken);

    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant']);
    expect((await client.refresh(tokens.refreshToken)).status).toBe(200);
  });
});

describe('case 7: required_scopes', () => {
  const project = new AuthFolder();
  let github: FakeGitHub;
  let server: RunningServer;

  beforeAll(async () => {
    github = await startFakeGitHub();
    const desk = { client_id: 'desk', name: 'Desk', redirect_uris: [redirectUri], scopes: ['x', 'y', 'z'] };
    server = await project.serve(
      githubAuth(github, { authorization: { required_scopes: ['x', 'z'] }, clients: [desk] }),
    );
  });

  afterAll(async () => {
    await project.remove();
    await github.stop();
  });

  it('are granted to a client that requests nothing, whose calls succeed', async () => {
    const client = await OAuthClient.register(server.url);

    const tokens = await client.signIn();

    expect(tokens.body.scope?.split(' ').sort()).toEqual(['x', 'z']);
    expect((await callAs(server.url, tokens.accessToken)).status).toBe(200);
  });

  it('are all named by the 403 that a token without them gets', async () => {
    const tokens = await new OAuthClient(server.url, 'desk').signIn(undefined, { scope: 'y' });

    const { status, headers } = await callAs(server.url, tokens.accessToken);

    expect(tokens.body.scope).toBe('y');
    expect(status).toBe(403);
    const challenge = headers.get('www-authenticate') ?? '';
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="x z"');
    expect(challenge).toContain('resource_metadata="');
  });
});

describe('case 10: get_user_external_token()', () => {
  const project = new AuthFolder();
  let provider: FakeOpenId;
  let server: RunningServer;

  beforeAll(async () => {
    provider = await startFakeOpenId();
    server = await project.serve(openIdAuth(provider));
  });

  afterAll(async () => {
    await project.remove();
    await provider.stop();
  });

  async function upstreamToken(token: string): Promise<string> {
    const { token: upstream } = returned(await callAs(server.url, token, 'upstream_token')) as {
      token: string;
    };
    return upstream;
  }

  it('is the token of the provider, refreshed once for all before it expires', async () => {
    provider.opaque = true;
    provider.expiresInS = 300;
    const client = await OAuthClient.register(server.url);
    const fresh = await client.signIn();
    const first = await upstreamToken(fresh.accessToken);

    provider.expiresInS = 40; // within a minute of its end from the start
    const ending = await client.signIn();
    provider.expiresInS = 300;
    const refreshes = provider.counts['token'] ?? 0;
    const all = await Promise.all(Array.from({ length: 8 }, () => upstreamToken(ending.accessToken)));

    expect(first).toMatch(/^opaque_/);
    expect(await upstreamToken(fresh.accessToken)).toBe(first);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toMatch(/^opaque_/);
    expect(all[0]).not.toBe(first);
    expect(provider.counts['token']).toBe(refreshes + 1);
  });

  it('never is the token that the client brought', async () => {
    const tokens = await (await OAuthClient.register(server.url)).signIn();

    expect(await upstreamToken(tokens.accessToken)).not.toBe(tokens.accessToken);
  });
});

describe('case 13: a database of sessions', () => {
  const keys = ['A', 'B'].map((letter) => Buffer.alloc(32, letter).toString('base64url'));

  function auth(provider: FakeOpenId, key?: string): object {
    return openIdAuth(provider, key === undefined ? {} : { persistence: { auth_encryption_key: key } });
  }

  it('written without a key and opened with one keeps its sessions, then needs that key', async () => {
    const project = new AuthFolder();
    const provider = await startFakeOpenId();
    const server = await project.serve(auth(provider));
    const { port } = server;
    const client = await OAuthClient.register(server.url);
    const tokens = await client.signIn();
    await server.stop();

    const keyed = await project.serve(auth(provider, keys[0]), { port });
    const survived = await callAs(keyed.url, tokens.accessToken);
    const refreshed = await client.refresh(tokens.refreshToken);
    await keyed.stop();

    expect(returned(survived)).toMatchObject({ username: 'ada' });
    expect(refreshed.status).toBe(200);
    const bytes = readFileSync(project.store, 'latin1');
    for (const secret of [
      tokens.accessToken,
      String(ada['email']),
      String(ada['name']),
      provider.clientSecret,
    ]) {
      expect(bytes).not.toContain(secret);
    }

    rmSync(`${project.store}.key`, { force: true });
    const again = await project.serve(auth(provider, keys[0]), { port });
    expect((await callAs(again.url, tokensOf(refreshed).accessToken)).status).toBe(200);
    await again.stop();
    await provider.stop();
    await project.remove();
  });
});
