import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IssuerConfig } from '../../../../../src/common/domain/app-config.js';
import { loadConfig, userProfile, type ConfigParts } from '../../../../builders/a-config-load.js';

const key = Buffer.alloc(32, 7).toString('base64url');
const other = Buffer.alloc(32, 8).toString('base64url');

interface Parts extends ConfigParts {
  readonly auth?: string;
  /** Members of `transport.http`. */
  readonly http?: string;
}

async function load({ auth = '', http = '', ...parts }: Parts = {}) {
  const github = 'provider: github, github: {client_id: app, client_secret: s3cret}';
  const user = `${userProfile(`auth: {${github}${auth === '' ? '' : `, ${auth}`}}`)}transport: {http: {${http}}}\n`;
  const config = await loadConfig({ user, ...parts });
  const { oauth, problems } = config.auth;
  const issuer: IssuerConfig | null = oauth?.mode === 'issuer' ? oauth : null;
  return { config, oauth: issuer, problems, warnings: config.warnings };
}

describe('the issuer', () => {
  it.each([
    ['', 'http://localhost:8000'],
    ['host: "::1"', 'http://[::1]:8000'],
    ['host: 127.0.0.1, port: 80', 'http://127.0.0.1'],
    ['scheme: https, host: x.test, port: 443', 'https://x.test'],
    ['base_url: "https://X.test/mxcp/"', 'https://x.test/mxcp'],
    ['host: 0.0.0.0, base_url: "https://x.test"', 'https://x.test'],
  ])('for {%s} is %s', async (http, issuer) => {
    const { oauth, problems } = await load({ http });

    expect([oauth?.issuer, problems]).toEqual([issuer, []]);
  });

  it.each(['0.0.0.0', '::', '[::]'])('must be named when the server listens on %s', async (host) => {
    const { oauth, problems } = await load({ http: `host: "${host}"` });

    expect(oauth).toBeNull();
    expect(problems).toEqual([
      `transport.http.base_url is needed: the server listens on ${host}, which is no name that clients can use. ` +
        'Set it to the public URL of the server.',
    ]);
  });

  it.each(['host: 10.0.0.7', 'base_url: "http://x.test"'])(
    'must be encrypted beyond this machine: {%s}',
    async (http) => {
      expect((await load({ http })).problems).toEqual([
        'Issuer URL must be HTTPS: set transport.http.base_url to the https URL of the server',
      ]);
    },
  );

  it('is told once of a base_url that is none', async () => {
    expect((await load({ http: 'base_url: nonsense' })).problems).toEqual([
      'transport.http.base_url must be an absolute URL',
    ]);
  });
});

describe('the token store', () => {
  it('is a file in the home folder, with a key of its own', async () => {
    const { oauth, config } = await load();

    expect(oauth?.store).toEqual({ kind: 'sqlite', path: join(config.home, '.mxcp/oauth.db'), keys: null });
  });

  it.each([
    ['~/x.db', (home: string) => join(home, 'x.db')],
    ['/var/lib/x.db', () => '/var/lib/x.db'],
    ['data/x.db', (_home: string, root: string) => join(root, 'data/x.db')],
  ])('at %s is where that says', async (path, expected) => {
    const { oauth, config } = await load({ auth: `persistence: {path: "${path}"}` });

    expect(oauth?.store).toMatchObject({ path: expected(config.home, config.root) });
  });

  it('takes several keys, the first of which writes', async () => {
    const { oauth, problems } = await load({
      auth: `persistence: {auth_encryption_key: "${key}=, ${other}"}`,
    });

    expect(oauth?.store.keys?.reveal()).toEqual([`${key}=`, other]);
    expect(problems).toEqual([]);
  });

  it.each(['hunter2', `${key},hunter2`, `${key}AAAA`])(
    'does not take the key %s, and does not repeat it',
    async (bad) => {
      const { problems } = await load({ auth: `persistence: {auth_encryption_key: "${bad}"}` });

      expect(problems).toEqual([
        'auth.persistence.auth_encryption_key must be 32 bytes in URL-safe base64, or several of them separated by ' +
          'commas; make one with: openssl rand -base64 32 | tr +/ -_',
      ]);
    },
  );

  it('is Redis where REDIS_URL says so, with a key that all replicas have', async () => {
    const env = { REDIS_URL: 'redis://r.test:6379' };

    const shared = await load({ env, auth: `persistence: {auth_encryption_key: "${key}"}` });
    const keyless = await load({ env });

    expect(shared.oauth?.store).toMatchObject({ kind: 'redis' });
    expect(keyless.oauth).toBeNull();
    expect(keyless.problems).toEqual([
      'auth.persistence.auth_encryption_key is needed with REDIS_URL: every replica must have the same key',
    ]);
  });
});
