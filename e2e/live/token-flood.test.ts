import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, openIdAuth, verifierAuth } from '../support/auth-project.ts';
import { startFakeOpenId, type FakeOpenId } from '../support/fake-openid.ts';
import { residentMb } from '../support/faults.ts';
import { flood, type Statuses } from '../support/flood.ts';
import { OAuthClient, tokensOf } from '../support/oauth-client.ts';
import type { RunningServer } from '../support/server.ts';

/** Requests to each of the two servers. */
const REQUESTS = 50_000;
const CONNECTIONS = 8;

const folders = [new AuthFolder(), new AuthFolder()] as const;
let provider: FakeOpenId;
let issuer: RunningServer;
let verifier: RunningServer;

beforeAll(async () => {
  provider = await startFakeOpenId();
  issuer = await folders[0].serve(openIdAuth(provider));
  verifier = await folders[1].serve(verifierAuth(provider));
});

afterAll(async () => {
  await Promise.all(folders.map((folder) => folder.remove()));
  await provider.stop();
});

const random = (): string => randomBytes(24).toString('base64url');

type Kinds = readonly (() => string)[];

/** Kinds of tokens that must not pass, of each server; each call makes one. */
async function badTokens(good: { issued: string; minted: string }): Promise<readonly [Kinds, Kinds]> {
  const truncated = (token: string): string => token.slice(0, Math.floor(Math.random() * token.length));
  const fixed = await Promise.all([
    provider.mint({}, { lifetimeS: -300 }),
    provider.mint({ aud: 'https://other.test', azp: 'other', client_id: 'other' }),
    provider.mint({}, { alg: 'none' }),
    provider.mint({}, { alg: 'HS256-public-key' }),
    provider.mintIdToken(),
  ]);
  const both = [
    ...fixed.map((token) => () => token),
    random,
    () => truncated(good.minted),
    () => `\xff ${random()} , "=`,
    () => '',
  ];
  const dead = await Promise.all([replayed(), revoked(), expired()]);
  const issued = [
    ...dead.map((token) => () => token),
    () => truncated(good.issued),
    () => `${good.issued}${random()}`,
    () => good.minted,
    () => `${random()}.${random()}.${random()}`,
  ];
  // the provider is asked about every unknown opaque token: few of them go to the verifier
  return [[...both, ...issued], both];
}

/** An access token whose code was redeemed a second time. */
async function replayed(): Promise<string> {
  const client = await OAuthClient.register(issuer.url);
  const code = await client.code();
  const { accessToken } = tokensOf(await client.redeem(code));
  await client.redeem(code);
  return accessToken;
}

async function revoked(): Promise<string> {
  const client = await OAuthClient.register(issuer.url);
  const { accessToken } = await client.signIn();
  await client.revoke(accessToken);
  return accessToken;
}

async function expired(): Promise<string> {
  const usual = provider.expiresInS;
  provider.expiresInS = 1;
  const { accessToken } = await (await OAuthClient.register(issuer.url)).signIn();
  provider.expiresInS = usual;
  await sleep(1_500);
  return accessToken;
}

/** Sends so many bad tokens to each of both servers at once. */
async function floodBoth(kinds: readonly [Kinds, Kinds], requests: number): Promise<readonly Statuses[]> {
  return Promise.all(
    [issuer, verifier].map(({ port }, index) => {
      const own = kinds[index] ?? [];
      let sent = 0;
      return flood(port, CONNECTIONS, () => {
        sent += 1;
        return sent > requests ? null : (own[sent % own.length]?.() ?? '');
      });
    }),
  );
}

describe('100,000 requests with bad tokens, to issuer and verifier mode at once', () => {
  it('are refused, every one, with 401 and without growth of memory', async () => {
    const { accessToken: issued } = await (await OAuthClient.register(issuer.url)).signIn();
    const minted = await provider.mint();
    const kinds = await badTokens({ issued, minted });

    const firstHalf = await floodBoth(kinds, REQUESTS / 2);
    const half = [issuer, verifier].map(({ process: { pid } }) => residentMb(pid ?? 0));
    const secondHalf = await floodBoth(kinds, REQUESTS / 2);
    const end = [issuer, verifier].map(({ process: { pid } }) => residentMb(pid ?? 0));

    for (const statuses of [...firstHalf, ...secondHalf]) {
      expect([...statuses]).toEqual([[401, REQUESTS / 2]]);
    }
    for (const [index, megabytes] of end.entries()) {
      expect(megabytes).toBeLessThan((half[index] ?? 0) * 1.25 + 32);
    }
    expect((await callAs(issuer.url, issued)).status).toBe(200);
    expect((await callAs(verifier.url, minted)).status).toBe(200);
  }, 240_000);
});
