import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, callAs, returned } from '../support/auth-project.ts';
import { signInWithBrowser, startBrowser } from '../support/browser.ts';
import { textOf } from '../support/client.ts';
import { startKeycloak, type RunningKeycloak } from '../support/keycloak.ts';
import { issuerClient, verifierClient } from '../support/keycloak-realm.ts';
import { ClientCredentials, connectByLogin, type Browse } from '../support/login-client.ts';
import { freePort } from '../support/server.ts';

let verifierPort: number;
let keycloak: RunningKeycloak;
let browser: Browser;

beforeAll(async () => {
  verifierPort = await freePort();
  const resource = `http://127.0.0.1:${verifierPort}/mcp`;
  [keycloak, browser] = await Promise.all([startKeycloak(resource), startBrowser()]);
}, 240_000);

afterAll(async () => {
  await browser.close();
  await keycloak.stop();
});

/** Signs a user of the realm in; everyone's password is their name. */
function as(username: string): Browse {
  return (url, redirectUri) => signInWithBrowser(browser, url, redirectUri, { username, password: username });
}

/** The access token of a user's client. */
async function tokenOf(username: string, server: string): Promise<string> {
  const credentials = new ClientCredentials();
  await (await connectByLogin(`${server}/mcp`, as(username), 'modern', credentials)).close();
  return credentials.tokens()?.access_token ?? '';
}

async function upstreamToken(server: string, token: string): Promise<unknown> {
  return (returned(await callAs(server, token, 'upstream_token')) as { token: unknown }).token;
}

describe('Keycloak behind the server (issuer mode)', () => {
  const project = new AuthFolder();
  let url: string;

  beforeAll(async () => {
    const block = { ...issuerClient, server_url: keycloak.url, realm: 'mxcp', scope: 'openid profile email' };
    ({ url } = await project.serve({ provider: 'keycloak', keycloak: block }));
  });

  afterAll(() => project.remove());

  isSeenBySql(() => url);

  it('the token that Keycloak gave the server reaches endpoints, and opens the server to nobody', async () => {
    const upstream = await upstreamToken(url, await tokenOf('bob', url));

    const userinfo = await fetch(`${keycloak.issuer}/protocol/openid-connect/userinfo`, {
      headers: { authorization: `Bearer ${String(upstream)}` },
    });
    expect(await userinfo.json()).toMatchObject({ preferred_username: 'bob' });
    expect((await callAs(url, String(upstream))).status).toBe(401);
  });
});

describe('Keycloak beside the server (verifier mode)', () => {
  const project = new AuthFolder();
  let url: string;

  beforeAll(async () => {
    const block = {
      ...verifierClient,
      config_url: `${keycloak.issuer}/.well-known/openid-configuration`,
      scope: 'openid',
      provider_name: 'keycloak',
    };
    const auth = { mode: 'verifier', provider: 'oidc', oidc: block };
    ({ url } = await project.serve(auth, { port: verifierPort }));
  });

  afterAll(() => project.remove());

  isSeenBySql(() => url);

  it("the client's token does not reach endpoints", async () => {
    expect(await upstreamToken(url, await tokenOf('bob', url))).toBeNull();
  });
});

/** The promises that both modes keep. */
function isSeenBySql(url: () => string): void {
  it.each(['legacy', 'modern'] as const)(
    'the official client, given only the URL, signs Ann in by the browser and calls a tool whose SQL returns her name (%s era)',
    async (era) => {
      const client = await connectByLogin(`${url()}/mcp`, as('ann'), era);

      const result = await client.callTool({ name: 'whoami', arguments: {} });

      expect(JSON.parse(textOf(result))).toEqual({
        username: 'ann',
        email: 'ann@example.test',
        provider: 'keycloak',
      });
      await client.close();
    },
  );

  it('Ann and Bob are told apart call by call', async () => {
    const [ann, bob] = [await tokenOf('ann', url()), await tokenOf('bob', url())];

    const answers = await Promise.all([ann, bob, ann, bob].map((token) => callAs(url(), token)));

    expect(answers.map((answer) => (returned(answer) as { username: string }).username)).toEqual([
      'ann',
      'bob',
      'ann',
      'bob',
    ]);
  });
}
