import { describe, expect, it } from 'vitest';
import { loadConfig, userProfile } from '../../../../builders/a-config-load.js';

/** @param clients the members of `auth.clients` */
async function load(clients: string) {
  const user = userProfile(
    `auth: {provider: github, github: {client_id: app, client_secret: s3cret}, clients: [${clients}]}`,
  );
  const { auth, warnings } = await loadConfig({ user });
  const oauth = auth.oauth?.mode === 'issuer' ? auth.oauth : null;
  return { clients: oauth?.clients, problems: auth.problems, warnings };
}

describe('a registered client', () => {
  it('may have everything', async () => {
    const { clients } = await load(
      '{client_id: desk, name: Desk, client_secret: s, redirect_uris: ["http://127.0.0.1:7171/done"], ' +
        'grant_types: [authorization_code], scopes: [read]}',
    );

    expect(clients).toMatchObject([
      {
        clientId: 'desk',
        name: 'Desk',
        redirectUris: ['http://127.0.0.1:7171/done'],
        grantTypes: ['authorization_code'],
        scopes: ['read'],
      },
    ]);
    expect(clients?.[0]?.clientSecret?.reveal()).toBe('s');
  });

  it('has a secret that cannot be guessed, or the operator is told', async () => {
    const secret = (text: string) =>
      load(`{client_id: a, name: A, client_secret: ${text}, redirect_uris: ["cursor://x"]}`);

    expect((await secret('hunter2')).warnings).toEqual([
      "client_secret of OAuth client 'a' is shorter than 16 characters; make one with: openssl rand -hex 32",
    ]);
    expect((await secret('x'.repeat(16))).warnings).toEqual([]);
  });

  it('is public and can stay signed in unless it says otherwise', async () => {
    const { clients } = await load('{client_id: a, name: "", redirect_uris: ["cursor://x"]}');

    expect(clients).toMatchObject([
      { name: 'a', clientSecret: null, grantTypes: ['authorization_code', 'refresh_token'], scopes: [] },
    ]);
  });

  it('is left out, with a warning, when nobody could sign in with it', async () => {
    const uris = 'redirect_uris: ["https://b.test"]';
    const { clients, warnings, problems } = await load(
      [
        '{client_id: a, name: A}',
        `{client_id: "", name: B, ${uris}}`,
        `{client_id: é, name: C, ${uris}}`,
        `{client_id: d, name: D, client_secret: "", ${uris}}`,
        `{client_id: e, name: E, client_secret: pässword, ${uris}}`,
        `{client_id: f, name: F, ${uris}}`,
        `{client_id: g, name: G, scopes: [a b], ${uris}}`,
      ].join(', '),
    );

    expect(clients).toMatchObject([{ clientId: 'f', redirectUris: ['https://b.test'] }]);
    expect(warnings).toEqual([
      "OAuth client 'a' has no usable redirect URI and is left out",
      'An OAuth client has no client_id and is left out',
      "OAuth client 'é' is left out: its client_id must be of printable ASCII characters",
      "OAuth client 'd' is left out: its client_secret is empty, which would let everybody be that client",
      "OAuth client 'e' is left out: its client_secret must be of printable ASCII characters",
      "OAuth client 'g' is left out: no token can have its scope 'a b'; write each by itself",
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['x y', 'is malformed'],
    ['https://b.test/cb#part', 'has a fragment'],
    ['https://user:pa55@b.test/cb', 'has a user name or a password'],
    ['http://b.test/cb', 'must use https'],
    ['javascript:alert(1)', 'must use https'],
    ['data:text/html,x', 'must use https'],
    ['blob:https://b.test/cb', 'must use https'],
  ])('loses the redirect URI %s and keeps the others', async (uri, reason) => {
    const { clients, warnings } = await load(
      `{client_id: a, name: A, redirect_uris: ["${uri}", "https://b.test", "http://127.0.0.1:1/cb", "my-app://cb"]}`,
    );

    expect(clients).toMatchObject([
      { redirectUris: ['https://b.test', 'http://127.0.0.1:1/cb', 'my-app://cb'] },
    ]);
    expect(warnings).toEqual([`A redirect URI of OAuth client 'a' ${reason} and is left out`]);
  });

  it('replaces an earlier one of the same id', async () => {
    const { clients, warnings } = await load(
      '{client_id: a, name: One, redirect_uris: ["https://a.test"]}, ' +
        '{client_id: a, name: Two, redirect_uris: ["https://b.test"]}',
    );

    expect(clients).toMatchObject([{ name: 'Two', redirectUris: ['https://b.test'] }]);
    expect(warnings).toEqual(["auth.clients has several clients 'a': the last one counts"]);
  });
});
