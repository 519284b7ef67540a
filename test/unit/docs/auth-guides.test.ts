import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AppConfig } from '../../../src/common/domain/app-config.js';
import { loadConfig } from '../../builders/a-config-load.js';

const env = {
  GITHUB_CLIENT_ID: 'id',
  GITHUB_CLIENT_SECRET: 'secret',
  KEYCLOAK_CLIENT_SECRET: 'secret',
  OIDC_CLIENT_ID: 'id',
  OIDC_CLIENT_SECRET: 'secret',
  OAUTH_KEY: Buffer.alloc(32, 7).toString('base64url'),
  DESK_SECRET: 'x'.repeat(64),
};

/** The YAML examples of a page. */
function examples(page: string): readonly string[] {
  const text = readFileSync(`docs/${page}`, 'utf8');
  return [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = '']) => yaml);
}

function example(page: string, beginning: string): string {
  return examples(page).find((yaml) => yaml.startsWith(beginning)) ?? '';
}

/** The user files of a guide, whole. */
function userFiles(page: string): readonly string[] {
  return examples(page).filter((yaml) => yaml.startsWith('mxcp: 1\nprojects:'));
}

function load(user: string, more: Readonly<Record<string, string>> = {}): Promise<AppConfig> {
  return loadConfig({ site: 'mxcp: 1\nproject: demo\nprofile: default\n', user, env: { ...env, ...more } });
}

/** A user file and members of `auth` that a page shows apart. */
function withAuth(user: string, members: string): string {
  const [, below = ''] = /^auth:\n([^]*)$/.exec(members) ?? [];
  return user + below.replace(/^(?=.)/gm, '        ');
}

const [github = ''] = userFiles('guides/auth-github.md');

describe('the guides', () => {
  it.each([
    ['auth-github.md', 0, 'github'],
    ['auth-keycloak.md', 0, 'keycloak'],
    ['auth-keycloak.md', 1, 'keycloak'],
    ['auth-oidc.md', 0, 'acme'],
  ])('of %s have user file %i, which can be served', async (page, at, name) => {
    const { auth, warnings } = await load(userFiles(`guides/${page}`)[at] ?? '');
    const { oauth, problems, claimMappings } = auth;

    expect([problems, warnings]).toEqual([[], []]);
    expect(oauth?.mode === 'issuer' ? oauth.provider.name : oauth?.name).toBe(name);
    expect(Object.values(claimMappings).flatMap((values) => Object.values(values).flat())).toEqual([
      'sales.read',
    ]);
  });

  it.each(['auth-github.md', 'auth-keycloak.md'])('say in %s what a proxy needs', async (page) => {
    const { http, auth } = await load(github + example(`guides/${page}`, 'transport:'));

    expect(http).toMatchObject({ publicUrl: 'https://mcp.example.com', trustProxy: true });
    expect(auth).toMatchObject({ problems: [], oauth: { issuer: 'https://mcp.example.com' } });
  });

  it('say what replicas need', async () => {
    const user = withAuth(github, example('guides/auth-github.md', 'auth:\n'));
    const { auth } = await load(user, { REDIS_URL: 'redis://redis.example.com:6379' });

    expect(auth).toMatchObject({ problems: [], oauth: { store: { kind: 'redis' } } });
  });

  it('say how a client is registered', async () => {
    const user = withAuth(github, example('operations/serving.md', 'auth:\n'));
    const { auth, warnings } = await load(user);

    expect([auth.problems, warnings]).toEqual([[], []]);
    expect(auth.oauth).toMatchObject({ clients: [{ clientId: 'desk', scopes: ['reports.read'] }] });
  });
});

describe('the files for Keycloak', () => {
  const file = (name: string): unknown =>
    JSON.parse(readFileSync(`docs/guides/keycloak/${name}`, 'utf8')) as unknown;

  it('fit the guide', async () => {
    const [issuer = '', verifier = ''] = userFiles('guides/auth-keycloak.md');
    const served = await load(issuer);

    expect(served.auth.oauth).toMatchObject({
      issuer: 'http://localhost:8000',
      provider: { realmUrl: 'http://127.0.0.1:8080/realms/mxcp', callbackPath: '/keycloak/callback' },
    });
    expect(file('realm.json')).toMatchObject({
      realm: 'mxcp',
      clients: [{ clientId: 'mxcp', redirectUris: ['http://localhost:8000/keycloak/callback'] }],
    });
    expect(file('client-scope.json')).toMatchObject({
      protocolMappers: [{ config: { 'included.custom.audience': 'http://localhost:8000/mcp' } }, {}],
    });
    expect((await load(verifier)).auth.oauth).toMatchObject({ mode: 'verifier', clientId: 'mxcp' });
  });
});
