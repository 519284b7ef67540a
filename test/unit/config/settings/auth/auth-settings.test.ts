import { describe, expect, it } from 'vitest';
import {
  loadConfig,
  siteProfile,
  userProfile,
  type ConfigParts,
} from '../../../../builders/a-config-load.js';

const github = 'github: {client_id: app, client_secret: hunter2}';

async function load(auth: string, parts: ConfigParts = {}) {
  return loadConfig({ user: userProfile(`auth: {${auth}}`), ...parts });
}

describe('auth', () => {
  it('asks nobody while the profile names no provider', async () => {
    expect((await loadConfig()).auth).toEqual({
      provider: 'none',
      oauth: null,
      apiKeys: [],
      requiredScopes: [],
      claimMappings: {},
      problems: [],
    });
  });

  it('lets users sign in at the provider of the user file', async () => {
    const { auth, warnings } = await load(
      `provider: github, ${github}, authorization: {required_scopes: [a]}`,
    );

    expect(auth).toMatchObject({
      provider: 'github',
      oauth: { mode: 'issuer', issuer: 'http://localhost:8000', provider: { kind: 'github' } },
      requiredScopes: ['a'],
      problems: [],
    });
    expect(warnings).toEqual([]);
  });

  it('takes the provider of the site file where the user file names none', async () => {
    const site = siteProfile('auth: {provider: github}');

    expect((await load(github, { site })).auth).toMatchObject({ provider: 'github', problems: [] });
    expect((await load(`provider: none, ${github}`, { site })).auth).toMatchObject({ provider: 'none' });
  });

  it.each([
    ['user', `enabled: false, provider: github, ${github}`, undefined],
    ['site', `provider: github, ${github}`, siteProfile('auth: {enabled: false}')],
  ])('can be switched off in the %s file', async (_file, auth, site) => {
    const loaded = await load(auth, site === undefined ? {} : { site });

    expect(loaded.auth).toMatchObject({ provider: 'none', oauth: null, problems: [] });
  });

  it('skips OAuth over stdio, and still knows that somebody must be calling', async () => {
    const mapped = 'github: {client_id: a, client_secret: b, claim_mappings: {role: {hr: [pay]}}}';
    const { auth } = await load(`provider: github, ${mapped}`, { request: { transport: 'stdio' } });

    expect(auth).toMatchObject({
      provider: 'github',
      oauth: null,
      claimMappings: { role: { hr: ['pay'] } },
      problems: [],
    });
  });

  it('uses the claim mappings of the provider in force only', async () => {
    const other = 'google: {client_id: a, client_secret: b, scope: openid, claim_mappings: {x: {y: [z]}}}';

    expect((await load(`provider: github, ${github}, ${other}`)).auth.claimMappings).toEqual({});
  });

  it.each(['provider: null', 'provider: okta', 'mode: both', 'github: {client_id: a}', 'surprise: 1'])(
    'refuses {%s} as a document',
    async (auth) => {
      await expect(load(auth)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );

  it.each(['read write', '', 'a"b', 'é'])(
    'does not demand the scope %j, which nobody can have',
    async (scope) => {
      const authorization = `authorization: {required_scopes: [ok, ${JSON.stringify(scope)}]}`;

      expect((await load(`provider: github, ${github}, ${authorization}`)).auth.problems).toEqual([
        expect.stringContaining(`auth.authorization.required_scopes has '${scope}'`),
      ]);
      expect((await load(authorization)).auth.problems).toEqual([]);
    },
  );

  it('tells of a client that cannot get what every call needs', async () => {
    const client = (id: string, scopes: string) =>
      `{client_id: ${id}, name: A, redirect_uris: ["https://a.test"], scopes: [${scopes}]}`;
    const clients = `clients: [${client('few', 'a')}, ${client('enough', 'a, b')}, ${client('all', '')}]`;
    const required = 'authorization: {required_scopes: [a, b]}';

    const { warnings } = await load(`provider: github, ${github}, ${clients}, ${required}`);

    expect(warnings).toEqual([
      "Every call of OAuth client 'few' will be refused: its scopes lack 'b' of auth.authorization.required_scopes",
    ]);
  });

  it('shows no secret, whatever is wrong', async () => {
    const keys = 'persistence: {auth_encryption_key: hunter2}';
    const loaded = await load(`provider: github, ${github}, ${keys}`, {
      env: { REDIS_URL: 'redis://:hunter2@r:6379', MCP_API_KEYS: 'hunter2', NODE_ENV: 'production' },
    });

    expect(loaded.auth.problems).toHaveLength(2);
    expect(JSON.stringify([loaded.auth, loaded.warnings])).not.toContain('hunter2');
  });
});
