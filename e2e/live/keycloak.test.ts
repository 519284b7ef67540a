import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, callAs } from '../support/auth-project.ts';
import { signInWithBrowser, startBrowser } from '../support/browser.ts';
import { textOf } from '../support/client.ts';
import { startKeycloak, type RunningKeycloak } from '../support/keycloak.ts';
import { issuerClient, verifierClient } from '../support/keycloak-realm.ts';
import { ClientCredentials, connectByLogin, type Browse } from '../support/login-client.ts';
import { freePort, type RunningServer } from '../support/server.ts';

const folders = [new AuthFolder(), new AuthFolder()] as const;
let keycloak: RunningKeycloak;
let browser: Browser;
let issuer: RunningServer;
let verifier: RunningServer;

beforeAll(async () => {
  const port = await freePort();
  [keycloak, browser] = await Promise.all([startKeycloak(`http://127.0.0.1:${port}/mcp`), startBrowser()]);
  const claims = { groups: { treasury: ['ledger.read'] } };
  issuer = await folders[0].serve({
    provider: 'keycloak',
    keycloak: {
      ...issuerClient,
      server_url: keycloak.url,
      realm: 'mxcp',
      scope: 'openid profile email',
      claim_mappings: claims,
    },
  });
  verifier = await folders[1].serve(
    {
      mode: 'verifier',
      provider: 'oidc',
      oidc: {
        ...verifierClient,
        config_url: `${keycloak.issuer}/.well-known/openid-configuration`,
        scope: 'openid',
        provider_name: 'keycloak',
        claim_mappings: claims,
      },
    },
    { port },
  );
}, 240_000);

afterAll(async () => {
  await Promise.all(folders.map((folder) => folder.remove()));
  await browser.close();
  await keycloak.stop();
});

/** Signs a user of the realm in; everyone's password is their name. */
function as(username: string): Browse {
  return (url, redirectUri) => signInWithBrowser(browser, url, redirectUri, { username, password: username });
}

describe.each([
  ['issuer mode', () => issuer],
  ['verifier mode', () => verifier],
] as const)('the official client, given only the URL, with users of Keycloak in %s', (_mode, served) => {
  it.each(['legacy', 'modern'] as const)(
    'discovers, registers, signs Ann in by the browser and calls a tool whose SQL returns her name (%s era)',
    async (era) => {
      const client = await connectByLogin(`${served().url}/mcp`, as('ann'), era);

      const result = await client.callTool({ name: 'whoami', arguments: {} });

      expect(JSON.parse(textOf(result))).toEqual({
        username: 'ann',
        email: 'ann@example.test',
        provider: 'keycloak',
      });
      await client.close();
    },
  );

  it('keeps users apart', async () => {
    const [ann, bob] = [new ClientCredentials(), new ClientCredentials()];
    await (await connectByLogin(`${served().url}/mcp`, as('ann'), 'modern', ann)).close();
    await (await connectByLogin(`${served().url}/mcp`, as('bob'), 'modern', bob)).close();

    const names = await Promise.all(
      [ann, bob, ann, bob].map(async (credentials) => {
        const { body } = await callAs(served().url, credentials.tokens()?.access_token ?? '');
        return (body.result?.['structuredContent'] as { username?: string } | undefined)?.username;
      }),
    );

    expect(names).toEqual(['ann', 'bob', 'ann', 'bob']);
  });
});

it('the token that Keycloak gave the server reaches endpoints in issuer mode, and not in verifier mode', async () => {
  const tokenIn = async (server: RunningServer): Promise<unknown> => {
    const credentials = new ClientCredentials();
    await (await connectByLogin(`${server.url}/mcp`, as('bob'), 'modern', credentials)).close();
    const answer = await callAs(server.url, credentials.tokens()?.access_token ?? '', 'upstream_token');
    return (answer.body.result?.['structuredContent'] as { token: unknown }).token;
  };

  const upstream = await tokenIn(issuer);
  const userinfo = await fetch(`${keycloak.issuer}/protocol/openid-connect/userinfo`, {
    headers: { authorization: `Bearer ${String(upstream)}` },
  });

  expect(await userinfo.json()).toMatchObject({ preferred_username: 'bob' });
  expect(await tokenIn(verifier)).toBeNull();
});

it('a token of Keycloak does not open the server in issuer mode', async () => {
  const credentials = new ClientCredentials();
  await (await connectByLogin(`${issuer.url}/mcp`, as('ann'), 'modern', credentials)).close();
  const answer = await callAs(issuer.url, credentials.tokens()?.access_token ?? '', 'upstream_token');
  const { token } = answer.body.result?.['structuredContent'] as { token: string };

  expect((await callAs(issuer.url, token)).status).toBe(401);
});
