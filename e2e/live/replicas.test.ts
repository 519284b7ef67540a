import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, githubAuth, returned } from '../support/auth-project.ts';
import { octocat, startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts';
import { OAuthClient, redirectUri, tokensOf, type Answer } from '../support/oauth-client.ts';
import { startRedis, type RunningRedis } from '../support/redis.ts';
import { RoundRobin } from '../support/round-robin.ts';
import { freePort, type RunningServer } from '../support/server.ts';
import { UserAgent } from '../support/user-agent.ts';

const key = Buffer.alloc(32, 'K').toString('base64url');
const folders = [new AuthFolder(), new AuthFolder(), new AuthFolder()] as const;
const proxy = new RoundRobin();
let redis: RunningRedis;
let github: FakeGitHub;
let baseUrl: string;
let replicas: RunningServer[];

async function start(folder: AuthFolder): Promise<RunningServer> {
  return folder.serve(githubAuth(github, { persistence: { auth_encryption_key: key } }), {
    http: { base_url: baseUrl },
    env: { REDIS_URL: redis.url },
  });
}

beforeAll(async () => {
  const port = await freePort();
  baseUrl = `http://127.0.0.1:${port}`;
  [redis, github] = await Promise.all([startRedis(), startFakeGitHub()]);
  await proxy.listen(port);
  replicas = await Promise.all(folders.map(start));
});

afterAll(async () => {
  await Promise.all(folders.map((folder) => folder.remove()));
  proxy.stop();
  await github.stop();
  await redis.stop();
});

beforeEach(() => {
  proxy.use(replicas.map(({ port }) => port));
});

/** Repeats what a gateway lost, once, as a user or a client does. */
async function again(ask: () => Promise<Answer>): Promise<Answer> {
  const answer = await ask();
  return answer.status === 502 ? ask() : answer;
}

describe('three servers on one Redis behind a round-robin proxy', () => {
  it('complete a login whose every hop lands on another process', async () => {
    const client = await OAuthClient.register(baseUrl);

    const tokens = await client.signIn();
    const answers = [await callAs(baseUrl, tokens.accessToken), await callAs(baseUrl, tokens.accessToken)];

    expect(answers.map(returned)).toEqual(
      [0, 1].map(() => ({ username: 'octocat', email: 'octocat@octo.test', provider: 'github' })),
    );
    expect(proxy.hops.length).toBeGreaterThanOrEqual(7);
    expect(proxy.hops.every((hop, index) => hop === index % 3)).toBe(true);
  });

  it('each know who signed in, whichever of them is asked', async () => {
    const client = await OAuthClient.register(baseUrl);
    github.user = { ...octocat, id: 7, login: 'bob' };
    const tokens = await client.signIn();
    github.user = octocat;

    const names = await Promise.all(
      replicas.map(
        async ({ url }) => (returned(await callAs(url, tokens.accessToken)) as { username: string }).username,
      ),
    );

    expect(names).toEqual(['bob', 'bob', 'bob']);
  });

  it('end a session everywhere at once when one of them revokes it', async () => {
    const client = await OAuthClient.register(baseUrl);
    const tokens = await client.signIn();
    // every process has the token in its cache now
    for (const { url } of replicas) expect((await callAs(url, tokens.accessToken)).status).toBe(200);

    await new OAuthClient(replicas[0]!.url, client.clientId).revoke(tokens.refreshToken);

    await expect
      .poll(
        () => Promise.all(replicas.map(async ({ url }) => (await callAs(url, tokens.accessToken)).status)),
        { timeout: 500, interval: 20 },
      )
      .toEqual([401, 401, 401]);
  });

  it('give both of two refreshes that race on two of them the same pair', async () => {
    const client = await OAuthClient.register(baseUrl);
    for (let round = 0; round < 10; round += 1) {
      const tokens = await client.signIn();
      const racers = [replicas[0]!, replicas[1]!, replicas[2]!, replicas[0]!].map(
        ({ url }) => new OAuthClient(url, client.clientId),
      );

      const answers = await Promise.all(racers.map((racer) => racer.refresh(tokens.refreshToken)));

      expect(answers.map(({ status, text }) => (status === 200 ? 200 : text))).toEqual([200, 200, 200, 200]);
      const pairs = answers.map(tokensOf);
      expect(
        new Set(pairs.map(({ accessToken, refreshToken }) => `${accessToken} ${refreshToken}`)).size,
      ).toBe(1);
      expect((await callAs(baseUrl, pairs[0]!.accessToken)).status).toBe(200);
    }
  });

  it('let a code be redeemed once, also by two at the same time', async () => {
    const client = await OAuthClient.register(baseUrl);
    const code = await client.code();

    const answers = await Promise.all(
      replicas.map(({ url }) =>
        new OAuthClient(url, client.clientId).redeem(code, { resource: `${baseUrl}/mcp` }),
      ),
    );

    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
  });

  it('keep nothing readable in Redis', async () => {
    const client = await OAuthClient.register(baseUrl);
    const tokens = await client.signIn();

    const ask = (...words: string[]): string =>
      execFileSync('redis-cli', ['-p', String(redis.port), ...words], { encoding: 'utf8' });
    const dump = ask('--scan')
      .trim()
      .split('\n')
      .map((name) => `${name} ${ask('dump', name)}`)
      .join('\n');

    expect(dump.length).toBeGreaterThan(100);
    for (const secret of [tokens.accessToken, tokens.refreshToken, 'octocat', 'gho_', 'Test client']) {
      expect(dump).not.toContain(secret);
    }
  });
});

describe('a server that dies in the middle of a login', () => {
  afterEach(async () => {
    replicas = await Promise.all(
      replicas.map(async (replica, index) => {
        if (replica.process.exitCode === null && replica.process.signalCode === null) return replica;
        return start(folders[index]!);
      }),
    );
  });

  it.each([0, 1, 2])('loses that hop at most (server %i)', async (victim) => {
    const client = await OAuthClient.register(baseUrl);
    const agent = new UserAgent();
    const { url, verifier } = client.authorization();
    const consent = await agent.open(url, redirectUri);
    await replicas[victim]!.stop('SIGKILL');

    const { url: callback } = await agent.submit(consent, /approve/i, redirectUri);
    const code = callback.searchParams.get('code') ?? '';
    const tokens = tokensOf(await again(() => client.redeem({ code, verifier })));
    const answer = await callAs(baseUrl, tokens.accessToken);

    expect(proxy.lost).toBeLessThanOrEqual(1);
    expect(
      returned(answer.status === 502 ? await callAs(baseUrl, tokens.accessToken) : answer),
    ).toMatchObject({
      username: 'octocat',
    });
  });
});

describe('Redis away', () => {
  it('is answered with 503, and the servers go on once it is back', async () => {
    const client = await OAuthClient.register(baseUrl);
    const tokens = await client.signIn();
    const [first] = replicas;
    redis.hold();
    try {
      // a token that no cache knows: nobody can say whether it is good
      const during = await callAs(first!.url, `${tokens.accessToken}x`);

      expect(during.status).toBe(503);
      expect(during.headers.get('retry-after')).not.toBeNull();
    } finally {
      redis.release();
    }
    await expect
      .poll(async () => (await callAs(first!.url, tokens.accessToken)).status, { timeout: 10_000 })
      .toBe(200);
  });
});
