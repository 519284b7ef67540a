import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SecretUnresolvedError } from '../../../src/common/errors/config-errors.js';
import { loadConfig, siteProfile, smallestSite, userProfile } from '../../builders/a-config-load.js';

const secret = (...values: readonly string[]): string =>
  userProfile(
    `secrets:\n${values.map((value, index) => `  - {name: s${index}, type: t, parameters: {v: "${value}"}}`).join('\n')}`,
  );

const startingWith = (text: string): string => expect.stringMatching(`^${text}\n`) as string;

async function failureOf(files: Parameters<typeof loadConfig>[0]): Promise<SecretUnresolvedError> {
  const error: unknown = await loadConfig(files).catch((cause: unknown) => cause);
  if (error instanceof SecretUnresolvedError) return error;
  throw new Error('the load did not fail by a reference');
}

describe('references in the user file', () => {
  it('are resolved before the check, so that they may stand for any kind of value', async () => {
    const config = await loadConfig({
      user: `transport: {http: {port: "\${PORT}", trust_proxy: "\${TRUST:-yes}"}}\nlogging: {level: "\${LEVEL}"}\n`,
      env: { PORT: '9001', LEVEL: 'ERROR' },
    });

    expect(config.http).toMatchObject({ port: 9001, trustProxy: true });
    expect(config.logging.level).toBe('error');
  });

  it('of other profiles and projects stay as written, whatever they stand for', async () => {
    const config = await loadConfig({
      user:
        userProfile('secrets: [{name: a, type: t, parameters: {v: "${HERE}"}}]') +
        '      prod:\n        telemetry: {enabled: "${NOT_SET}", metrics: {export_interval: "vault://a#b"}}\n' +
        '        auth: {provider: "${NOT_SET}", oidc: {config_url: u, client_id: a, client_secret: b, scope: "${S}"}}\n' +
        '  other:\n    profiles: {dev: {telemetry: "file://nowhere"}}\n',
      env: { HERE: 'value' },
    });

    expect(config.database.secrets[0]?.parameters.reveal()).toEqual({ v: 'value' });
  });

  it('of other profiles do not excuse unknown keys', async () => {
    const user = userProfile('nope: "${X}"', 'prod');

    await expect(loadConfig({ user })).rejects.toMatchObject({
      message: expect.stringContaining('projects.acme.profiles.prod.nope: Extra inputs') as string,
    });
  });

  it('that fail alone are told by their reason, with key and position of the first place', async () => {
    const error = await failureOf({ user: secret('a ${NOPE} b', '${NOPE}') });

    expect(error.code).toBe('SECRET_UNRESOLVED');
    expect(error.message).toMatch(
      /^Environment variable NOPE is not set\n {2}needed by projects\.acme\.profiles\.dev\.secrets\.0\.parameters\.v at \/.*\/\.mxcp\/config\.yml:\d+:\d+, and 1 more place$/,
    );
  });

  it('that fail in the site file are told with its name', async () => {
    const error = await failureOf({ site: `${smallestSite}paths: {tools: "\${SITE}"}\n` });

    expect(error.message).toMatch(/needed by paths\.tools at \/.*\/mxcp-site\.yml:\d+:\d+$/);
  });

  it('that fail together, from both files, are told under a heading, each once', async () => {
    const error = await failureOf({
      site: `${smallestSite}paths: {tools: "\${SITE}"}\n`,
      user: secret('pw:hidden@${A}', '${A} ${B}', 'file://nowhere', 'vault://a/b#c'),
      cwd: '.',
    });

    const lines = error.message.split('\n').filter((line) => !line.startsWith('  needed by '));
    expect(lines).toEqual([
      'Failed to resolve some external references:',
      '${SITE}: Environment variable SITE is not set',
      '${A}: Environment variable A is not set',
      '${B}: Environment variable B is not set',
      expect.stringMatching(/^file:\/\/nowhere: File not found: \/.*\/nowhere$/),
      "vault://a/b#c: Vault URL 'vault://a/b#c' found but Vault is not enabled in configuration",
    ]);
  });

  it('that resolve to an empty file, and ${…} that is none, are warned of', async () => {
    const config = await loadConfig({
      user: secret('file://empty', '${A-B}'),
      files: { empty: ' \n' },
    });

    const file = join(config.home, '.mxcp/config.yml');
    expect(config.database.secrets.map(({ parameters }) => parameters.reveal())).toEqual([
      { v: '' },
      { v: '${A-B}' },
    ]);
    expect(config.warnings).toEqual([
      `${file}: projects.acme.profiles.dev.secrets.0.parameters.v: file://empty is empty`,
      `${file}: projects.acme.profiles.dev.secrets.1.parameters.v: a \${…} that is no reference is left as written`,
    ]);
  });

  it('in the settings of the secret managers are resolved first', async () => {
    await expect(
      loadConfig({
        user: `vault: {enabled: "\${ON}", token_env: "\${NAME}"}\n` + secret('vault://a#b'),
        env: { ON: 'true', NAME: 'MY_TOKEN', VAULT_ADDR: 'http://127.0.0.1:1' },
      }),
    ).rejects.toMatchObject({
      message: startingWith("Vault token not found in environment variable 'MY_TOKEN'"),
    });
  });

  it('that the settings of the secret managers lack are told before anything is fetched', async () => {
    await expect(
      loadConfig({ user: `vault: {enabled: "\${ON}"}\n` + secret('vault://a#b') }),
    ).rejects.toMatchObject({ message: startingWith('Environment variable ON is not set') });
  });

  it('use the active profile only, with values that look like references left alone', async () => {
    const config = await loadConfig({
      user: secret('${A}', '${B}'),
      env: { A: '${B}', B: 'file://nowhere' },
    });

    expect(config.database.secrets.map(({ parameters }) => parameters.reveal())).toEqual([
      { v: '${B}' },
      { v: 'file://nowhere' },
    ]);
  });
});

describe('references in the site file', () => {
  it('are variables only, in the top level and the active profile', async () => {
    const config = await loadConfig({
      site:
        'mxcp: 1\nproject: "${P}"\nprofile: "${PROFILE:-dev}"\npaths: {tools: "vault://x#y"}\nprofiles:\n' +
        '  dev: {duckdb: {path: "${DIR}/x.duckdb", readonly: "${RO:-true}"}}\n' +
        '  prod: {duckdb: {readonly: "${NOT_SET}"}}\n',
      env: { P: 'acme', DIR: 'deep' },
    });

    expect(config.project).toMatchObject({ name: 'acme', profile: 'dev' });
    expect(config.database).toMatchObject({ path: join(config.root, 'deep/x.duckdb'), readonly: true });
    expect(config.paths.tools).toBe(join(config.root, 'vault:/x#y'));
  });

  it('stop the load when the project or the profile hangs on them', async () => {
    await expect(loadConfig({ site: 'project: "${P}"\nprofile: dev\n' })).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: startingWith('Environment variable P is not set'),
    });
  });

  it('are not looked at in another profile', async () => {
    const site = siteProfile('duckdb: {path: "${NOT_SET}"}', 'prod');

    await expect(loadConfig({ site })).resolves.toMatchObject({ warnings: [] });
  });
});
