import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  aConfigProject,
  loadConfig,
  siteProfile,
  smallestSite,
  userProfile,
} from '../../builders/a-config-load.js';
import { aFolder } from '../../builders/a-project-folder.js';
import { Environment } from '../../../src/modules/config/environment.js';
import { YamlConfigLoader } from '../../../src/modules/config/yaml-config-loader.js';
import manifest from '../../../package.json' with { type: 'json' };

describe('YamlConfigLoader', () => {
  it('fills everything in for the smallest project', async () => {
    const config = await loadConfig();

    const { root } = config;
    expect(config.project).toEqual({
      root,
      name: 'acme',
      profile: 'dev',
      siteFile: join(root, 'mxcp-site.yml'),
      userFile: null,
    });
    expect(config.paths).toMatchObject({ tools: join(root, 'tools'), data: join(root, 'data') });
    expect(config.database).toEqual({
      path: join(root, 'data', 'db-dev.duckdb'),
      readonly: false,
      root,
      pool: { size: 10, maxOverflow: 10, acquireTimeoutMs: 30_000, maxAgeS: 3600, prePing: true },
      statementTimeoutMs: null,
      memoryLimit: null,
      threads: null,
      tempDirectory: null,
      extensions: [],
      secrets: [],
      threadPoolSize: 16,
    });
    expect(config.limits).toEqual({ rows: 10_000, bytes: 8_388_608, timeoutMs: 300_000 });
    expect(config.sqlTools).toEqual({ enabled: false, readonly: true, descriptions: {}, policies: null });
    expect(config.audit).toEqual({
      enabled: false,
      path: join(root, 'audit', 'logs-dev.jsonl'),
      maxFileSize: 52_428_800,
      redactKeys: [
        'password',
        'passwd',
        'secret',
        'token',
        'api_key',
        'apikey',
        'authorization',
        'cookie',
        'private_key',
      ],
      outputCapture: 'summary',
      maxValueBytes: 65_536,
      captureNetwork: true,
      fsync: 'batch',
      onFailure: 'block',
      queueLimit: 10_000,
      compatAliases: true,
    });
    expect(config.http).toEqual({
      transport: 'streamable-http',
      host: 'localhost',
      port: 8000,
      stateless: false,
      baseUrl: null,
      publicUrl: 'http://localhost:8000',
      trustProxy: false,
      allowedHosts: [],
      allowedOrigins: [],
      bodyLimit: 1_048_576,
    });
    expect(config.server).toEqual({ name: 'MXCP Server', version: manifest.version, requestStateKey: null });
    expect(config.metrics).toEqual({ enabled: true, prometheusPort: null });
    expect(config.shutdown).toEqual({ timeoutMs: 25_000, preStopDelayMs: 0 });
    expect(config.auth.provider).toBe('none');
    expect(config.cache).toEqual({ toolsListS: 300 });
    expect(config.stdioUserContext).toBeNull();
    expect(config.warnings).toEqual([]);
  });

  it('writes nothing to disk when there is no user file', async () => {
    const { home } = await loadConfig();

    await expect(mkdir(join(home, '.mxcp'))).resolves.toBeUndefined();
  });

  it('freezes the result all the way down', async () => {
    const config = await (await aConfigProject()).load();

    const unfrozen = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null
        ? [
            ...(Object.isFrozen(value) ? [] : [path]),
            ...Object.entries(value).flatMap(([key, item]) => unfrozen(item, `${path}.${key}`)),
          ]
        : [];
    expect(unfrozen(config, 'config')).toEqual([]);
  });

  it('finds the project from any folder below its root', async () => {
    const config = await loadConfig({ files: { 'sql/deep/x.sql': '' }, cwd: 'sql/deep' });

    expect(config.project.root).toBe(config.root);
  });

  it.each([
    [
      'where there is no project',
      {},
      'CONFIG_NOT_FOUND',
      /^No mxcp-site\.yml found in current directory or parents$/,
    ],
    // root may look into any folder, so a link in a circle stands in for one that is closed
    [
      'where it cannot look',
      { 'mxcp-site.yml': 'mxcp-site.yml' },
      'CONFIG_INVALID',
      /^Cannot read .*site\.yml: too many/,
    ],
  ])('says so %s', async (_where, links, code, message) => {
    const folder = await aFolder({ 'mxcp-site.yaml': smallestSite });
    for (const [name, target] of Object.entries(links)) await symlink(target, join(folder, name));
    const environment = new Environment({
      variables: {},
      cwd: folder,
      home: folder,
      cpuCount: 1,
      threadPoolSize: 16,
      isTerminal: false,
    });

    await expect(new YamlConfigLoader(environment).load({})).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('reads the files again on every load', async () => {
    const project = await aConfigProject({ env: { MXCP_ENV_FILE: 'env' }, files: { env: 'MCP_PORT=1' } });
    expect((await project.load()).http.port).toBe(1);

    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(project.root, 'env'), 'MCP_PORT=2\n');
    expect((await project.load()).http.port).toBe(2);
  });
});

describe('the active profile', () => {
  const site = `${smallestSite}profiles:\n  prod: {duckdb: {path: a.duckdb, readonly: true}}\n`;
  const user = userProfile('secrets: [{name: k, type: t, parameters: {a: b}}]', 'staging');

  it.each([
    ['the site file', {}, {}, 'dev'],
    ['MXCP_PROFILE', { MXCP_PROFILE: 'prod' }, {}, 'prod'],
    ['an empty MXCP_PROFILE, which does not count', { MXCP_PROFILE: '' }, {}, 'dev'],
    ['the flag', { MXCP_PROFILE: 'prod' }, { profile: 'staging' }, 'staging'],
    ['an empty flag, which does not count', { MXCP_PROFILE: 'prod' }, { profile: '' }, 'prod'],
  ])('is chosen by %s', async (_by, env, request, expected) => {
    const config = await loadConfig({ site, user, env, request });

    expect(config.project.profile).toBe(expected);
  });

  it('must be named by one of the files', async () => {
    await expect(loadConfig({ site, user, request: { profile: 'prdo' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: "Profile 'prdo' not found in project 'acme'. Known profiles: dev, prod, staging",
    });
  });

  it('may be named by the user file only, which is worth a warning', async () => {
    const config = await loadConfig({ site, user, request: { profile: 'staging' } });

    expect(config.database.secrets.map(({ name }) => name)).toEqual(['k']);
    expect(config.warnings).toEqual([
      "Profile 'staging' is not named in mxcp-site.yml; its defaults are used",
    ]);
  });

  it('may be named by the site file only; its entry in the user file is empty then', async () => {
    const config = await loadConfig({ site, user, request: { profile: 'prod' } });

    expect(config.database).toMatchObject({
      path: join(config.root, 'a.duckdb'),
      readonly: true,
      secrets: [],
    });
    expect(config.warnings).toEqual([]);
  });

  it('gets the derived paths and both overrides, whichever it is', async () => {
    const env = { MXCP_DUCKDB_PATH: 'other/x.duckdb', MXCP_AUDIT_ENABLED: ' YES ' };
    const plain = await loadConfig({ site, user, request: { profile: 'staging' } });
    const overridden = await loadConfig({ site, user, env, request: { profile: 'prod' } });

    expect(plain.database.path).toBe(join(plain.root, 'data/db-staging.duckdb'));
    expect(plain.audit.path).toBe(join(plain.root, 'audit/logs-staging.jsonl'));
    expect(overridden.database.path).toBe(join(overridden.root, 'other/x.duckdb'));
    expect(overridden.audit.enabled).toBe(true);
  });
});

describe('the user file', () => {
  it('is the one that MXCP_CONFIG names, relative to the working directory', async () => {
    const config = await loadConfig({
      files: { 'sub/my.yml': 'transport: {http: {port: 9001}}' },
      cwd: 'sub',
      env: { MXCP_CONFIG: 'my.yml' },
    });

    expect(config.project.userFile).toBe(join(config.root, 'sub/my.yml'));
    expect(config.http.port).toBe(9001);
  });

  it('may be named by the alias; the main name wins, with a warning', async () => {
    const files = { 'a.yml': 'transport: {http: {port: 1}}', 'b.yml': 'transport: {http: {port: 2}}' };
    const alias = await loadConfig({ files, env: { MXCP_CONFIG_PATH: 'b.yml' } });
    const both = await loadConfig({ files, env: { MXCP_CONFIG: 'a.yml', MXCP_CONFIG_PATH: 'b.yml' } });
    const same = await loadConfig({ files, env: { MXCP_CONFIG: 'a.yml', MXCP_CONFIG_PATH: 'a.yml' } });

    expect([alias.http.port, alias.warnings]).toEqual([2, []]);
    expect([both.http.port, both.warnings]).toEqual([
      1,
      ['MXCP_CONFIG and MXCP_CONFIG_PATH name different files; MXCP_CONFIG is used'],
    ]);
    expect(same.warnings).toEqual([]);
  });

  it('takes an empty MXCP_CONFIG as unset', async () => {
    const config = await loadConfig({ env: { MXCP_CONFIG: '' }, user: 'mxcp: 1' });

    expect(config.project.userFile).toBe(join(config.home, '.mxcp/config.yml'));
  });

  it('must exist where it is named', async () => {
    await expect(loadConfig({ env: { MXCP_CONFIG: 'no/such.yml' } })).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message:
        'MXCP user config not found at no/such.yml. Create that file, or name another with MXCP_CONFIG.',
    });
  });

  it('that cannot be read is an error', async () => {
    await expect(loadConfig({ env: { MXCP_CONFIG: '.' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^Cannot read .*: illegal operation on a directory$/) as string,
    });
  });

  it.each(['', '# nothing\n', '[]', 'false', '0', '""', 'projects:', 'projects: {acme: }'])(
    'may be %j',
    async (user) => {
      await expect(loadConfig({ user })).resolves.toMatchObject({ warnings: [] });
    },
  );

  it.each(['projects: {acme: {profiles: }}', 'projects: {acme: {profiles: {dev: }}}'])(
    'may hold null maps: %s',
    async (user) => {
      await expect(loadConfig({ user })).resolves.toMatchObject({ warnings: [] });
    },
  );

  it.each(['[1]', 'text', '7'])('must be a mapping, not %s', async (user) => {
    await expect(loadConfig({ user })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^MXCP user config must be a mapping: \/.* holds something else$/,
      ) as string,
    });
  });
});

describe('secrets of the active profile', () => {
  it('keep the JSON types of their parameters and print as [secret]', async () => {
    const { database } = await loadConfig({
      user: userProfile(
        'secrets:\n' +
          '  - {name: a, type: custom, parameters: {n: 5, f: 1.5, b: yes, z: null, l: [1], m: {k: v}, d: 2024-01-31, i: 9007199254740993}}\n' +
          '  - {name: none, type: custom}\n' +
          '  - {name: empty, type: custom, parameters: {}}\n' +
          '  - {name: a, type: again, parameters: {x: y}}',
      ),
    });

    expect(database.secrets.map(({ name, type }) => [name, type])).toEqual([['a', 'custom']]);
    expect(database.secrets[0]?.parameters.reveal()).toEqual({
      n: 5,
      f: 1.5,
      b: true,
      z: null,
      l: [1],
      m: { k: 'v' },
      d: '2024-01-31',
      i: 9007199254740993n,
    });
    expect(JSON.stringify(database.secrets)).toBe('[{"name":"a","type":"custom","parameters":"[secret]"}]');
  });

  it('that are declared but not defined are warned of', async () => {
    const config = await loadConfig({
      site: `${smallestSite}secrets: [a, b]\n`,
      user: userProfile('secrets: [{name: a, type: t}]'),
    });

    expect(config.warnings).toEqual([
      "Secret 'b' is declared in mxcp-site.yml but not defined for profile 'dev'",
    ]);
  });
});

describe('the database', () => {
  it.each(['":memory:"', '":memory:named"'])('must be a file, not %s', async (path) => {
    await expect(loadConfig({ site: siteProfile(`duckdb: {path: ${path}}`) })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'In-memory databases (:memory:) are not supported. Please use a file-based database.',
    });
  });

  it('must be a file in MXCP_DUCKDB_PATH too', async () => {
    await expect(loadConfig({ env: { MXCP_DUCKDB_PATH: ':memory:' } })).rejects.toMatchObject({
      message: 'In-memory databases (:memory:) are not supported. Please use a file-based database.',
    });
  });

  it.each([
    [{ readonly: true }, {}, 'false', true],
    [{}, { MXCP_READONLY: 'Yes' }, 'false', true],
    [{ readonly: false }, { MXCP_READONLY: '0' }, 'true', true],
    [{ readonly: false }, { MXCP_READONLY: 'no' }, 'false', false],
  ])(
    'is read-only by flag %j or environment %j or configuration %s',
    async (request, env, written, expected) => {
      const config = await loadConfig({ site: siteProfile(`duckdb: {readonly: ${written}}`), env, request });

      expect(config.database.readonly).toBe(expected);
    },
  );

  it('takes every setting of the profile, relative paths at the root', async () => {
    const config = await loadConfig({
      site: siteProfile(
        'duckdb:\n' +
          '  path: d/x.duckdb\n' +
          '  pool: {size: 3, max_overflow: "4", acquire_timeout_ms: 5, max_age_s: 6, pre_ping: off}\n' +
          '  statement_timeout_ms: 7\n  memory_limit: 1GB\n  threads: 2\n  temp_directory: tmp',
      ),
      files: { 'sub/x': '' },
      cwd: 'sub',
    });

    expect(config.database).toMatchObject({
      path: join(config.root, 'd/x.duckdb'),
      pool: { size: 3, maxOverflow: 4, acquireTimeoutMs: 5, maxAgeS: 6, prePing: false },
      statementTimeoutMs: 7,
      memoryLimit: '1GB',
      threads: 2,
      tempDirectory: join(config.root, 'tmp'),
    });
  });

  it.each([
    ['httpfs', [{ name: 'httpfs', repo: null }]],
    [
      '[httpfs, {name: h3, repo: community}]',
      [
        { name: 'httpfs', repo: null },
        { name: 'h3', repo: 'community' },
      ],
    ],
    ['{name: spatial}', [{ name: 'spatial', repo: null }]],
    ['', []],
  ])('loads the extensions %s', async (written, extensions) => {
    const config = await loadConfig({ site: `${smallestSite}extensions: ${written}\n` });

    expect(config.database.extensions).toEqual(extensions);
  });
});
