import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, githubAuth } from '../../support/auth-project.ts';
import type { Fault } from '../../support/faulty-server.ts';
import { startFakeGitHub, type FakeGitHub } from '../../support/fake-github.ts';
import { OAuthClient, redirectUri, tokensOf } from '../../support/oauth-client.ts';
import { send } from '../../support/raw-http.ts';
import type { RunningServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

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

beforeEach(() => {
  github.denies = false;
  github.fail('token', null);
});

/** The provider's callback of a login that another browser, this one, did not finish. */
async function callbackOf(agent: UserAgent): Promise<URL> {
  const callback = `${server.url}/github/callback`;
  const consent = await agent.open(client.authorization().url, callback);
  const { url } = await agent.submit(consent, /approve/i, callback);
  return url;
}

describe('case 3: /authorize', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.test/done' }],
    ['a redirect URI below a registered one', { redirect_uri: `${redirectUri}/more` }],
  ])('answers %s with a page and 400, never with a redirect', async (_what, changes) => {
    const { url } = client.authorization(changes);

    const { status, headers } = await send(url, { headers: { accept: 'text/html' } });

    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
    expect(headers['content-type']).toContain('text/html');
  });

  it.each([
    ['a missing challenge', { code_challenge: null, code_challenge_method: null }],
    ['the plain method', { code_challenge_method: 'plain' }],
  ])('sends %s back to the client as invalid_request with its state', async (_what, changes) => {
    const { status, headers } = await send(client.authorization(changes).url);

    expect(status).toBe(302);
    const back = new URL(headers.location ?? '');
    expect(back.href.startsWith(redirectUri)).toBe(true);
    expect(back.searchParams.get('error')).toBe('invalid_request');
    expect(back.searchParams.get('state')).toBe('state-of-the-client');
    expect(back.searchParams.get('iss')).toBe(server.url);
  });

  it('refuses another resource with invalid_target', async () => {
    const agent = new UserAgent();

    const { url } = await agent.open(
      client.authorization({ resource: 'https://other.test/mcp' }).url,
      redirectUri,
    );

    expect(url.searchParams.get('error')).toBe('invalid_target');
  });
});

describe('case 4', () => {
  it('replaying the state of a completed login gets 400', async () => {
    const agent = new UserAgent();
    await client.code(agent);
    const callback = agent.visited.find((url) => url.startsWith(`${server.url}/github/callback`)) ?? '';
    const exchanges = github.counts['token'];

    const again = await agent.open(callback, redirectUri);

    expect(again.status).toBe(400);
    expect(again.url.href).toBe(callback);
    expect(github.counts['token']).toBe(exchanges);
  });

  it('replaying a code gets invalid_grant, and the first session is dead', async () => {
    const code = await client.code();
    const tokens = tokensOf(await client.redeem(code));
    expect((await callAs(server.url, tokens.accessToken)).status).toBe(200);

    const replayed = await client.redeem(code);

    expect([replayed.status, replayed.body.error]).toEqual([400, 'invalid_grant']);
    expect((await callAs(server.url, tokens.accessToken)).status).toBe(401);
    expect((await client.refresh(tokens.refreshToken)).body.error).toBe('invalid_grant');
  });

  it('a wrong verifier gets invalid_grant, and the code cannot be retried', async () => {
    const code = await client.code();

    const wrong = await client.redeem({ ...code, verifier: 'w'.repeat(43) });
    const right = await client.redeem(code);

    expect(wrong.body.error).toBe('invalid_grant');
    expect(right.body.error).toBe('invalid_grant');
  });
});

describe('case 5', () => {
  it('a callback without the cookie of the browser that began gets 400, nothing exchanged', async () => {
    const callback = await callbackOf(new UserAgent());
    const exchanges = github.counts['token'];

    const victim = await new UserAgent().open(callback, redirectUri);

    expect(victim.status).toBe(400);
    expect(victim.url.href).toBe(callback.href);
    expect(github.counts['token']).toBe(exchanges);
  });

  it('nothing goes to the provider before the user approved, and a form of another site approves nothing', async () => {
    const agent = new UserAgent();
    const before = github.counts['authorize'];
    const consent = await agent.open(client.authorization().url, redirectUri);

    const forged = await agent.submit(consent, /approve/i, redirectUri, { csrf: 'forged' });

    expect(consent.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(forged.status).toBeGreaterThanOrEqual(400);
    expect(forged.status).toBeLessThan(500);
    expect(github.counts['authorize']).toBe(before);
  });
});

describe('case 12', () => {
  it.each(['refuse', 'error', 'html', 'hang', 'cut', 'redirect', 'huge'] satisfies Fault[])(
    'a token endpoint of the provider that does "%s" leads back to the client with an OAuth error',
    async (fault) => {
      github.fail('token', fault);

      const back = await new UserAgent().signIn(client.authorization().url, redirectUri);

      expect(['access_denied', 'temporarily_unavailable', 'server_error']).toContain(
        back.searchParams.get('error'),
      );
      expect(back.searchParams.get('state')).toBe('state-of-the-client');
      expect(back.searchParams.get('iss')).toBe(server.url);
      expect(back.href).not.toContain('canary');
    },
    40_000,
  );
});

describe('case 14: a client ID metadata document', () => {
  let connections = 0;
  let listener: Server;

  beforeAll(async () => {
    listener = createServer((socket) => {
      connections += 1;
      socket.end('canary');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    listener.close();
  });

  /** Documents that redirect, are too large or name another client are refused in test/integration/auth/issuer. */
  it.each([
    '10.0.0.5',
    '169.254.169.254',
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ])('at %s is refused without a connection and without a hint', async (host) => {
    const { port } = listener.address() as { port: number };
    const { url } = client.authorization({ client_id: `https://${host}:${port}/client.json` });

    const { status, headers, text } = await send(url, { headers: { accept: 'text/html' } });

    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
    expect(text).not.toMatch(/canary|ECONN|EAI|certificate|private/i);
    expect(connections).toBe(0);
  });
});

describe('a token', () => {
  it('is never in the log, and what happened is in the audit log', async () => {
    const tokens = await client.signIn();
    await callAs(server.url, tokens.accessToken);

    const said = server.output() + JSON.stringify(project.auditRecords());

    for (const secret of [tokens.accessToken, tokens.refreshToken, github.clientSecret, 'gho_', 'canary']) {
      expect(said).not.toContain(secret);
    }
    const types = project
      .auditRecords()
      .map(({ operation_name, operation_type }) => [operation_type, operation_name]);
    expect(JSON.stringify(types)).toContain('auth.token');
  });
});
