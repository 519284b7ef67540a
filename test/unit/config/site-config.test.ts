import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aConfigProject, loadConfig, siteProfile, smallestSite } from '../../builders/a-config-load.js';

/** The lines of the error, without the place that ends each. */
async function problems(site: string): Promise<string[]> {
  const project = await aConfigProject({ site });
  const error: unknown = await project.load().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  const [heading = '', ...lines] = (error as Error).message.split('\n');
  const file = join(project.root, 'mxcp-site.yml');
  return [heading, ...lines.map((line) => line.replace(` at ${file}`, ' at FILE'))];
}

describe('mxcp-site.yml', () => {
  it('takes all that the specification shows', async () => {
    const config = await loadConfig({
      site: `mxcp: 1
project: fleet
profile: prod
secrets: [telematics_api]
extensions: [httpfs, {name: h3, repo: community}]
plugin:
  - {name: geo, module: geo_tools, config: geo_dev}
dbt: {enabled: false, model_paths: models, seed_paths: , target_path: out}
python: {interpreter: python3.12, workers: 2}
limits: {rows: 5, bytes: 6, timeout_ms: 0}
paths: {tools: t, data: /srv/data}
sql_tools:
  enabled: true
  readonly: false
  list_tables: {description: The tables}
  get_table_schema: {description: }
  policies: {input: [{condition: "true", action: deny}]}
profiles:
  dev: {}
  prod:
    duckdb: {path: /srv/fleet/fleet.duckdb, readonly: true}
    drift: {path: drift.json, schedule: "0 3 * * 0"}
    auth: {enabled: false, provider: github}
    audit:
      enabled: true
      path: /srv/fleet/audit/log.jsonl
      max_file_size: 1000
      retention_days: {mxcp.endpoints: 90, other: }
      redact_keys: [pin]
      redact_strategy: hash
      output_capture: full
      max_value_bytes: 1
      capture_network: no
      fsync: always
      on_failure: continue
      queue_limit: 2
      integrity: signed
      signing_key: k
      compat_aliases: false
      cleanup_cron: "0 2 * * *"
`,
    });

    expect(config.limits).toEqual({ rows: 5, bytes: 6, timeoutMs: 0 });
    expect(config.paths).toMatchObject({ tools: join(config.root, 't'), data: '/srv/data' });
    expect(config.sqlTools).toEqual({
      enabled: true,
      readonly: false,
      descriptions: { list_tables: 'The tables' },
      policies: { input: [{ condition: 'true', action: 'deny', reason: null, fields: [] }], output: [] },
    });
    expect(config.database.path).toBe('/srv/fleet/fleet.duckdb');
    expect(config.auth.provider).toBe('none');
    expect(config.audit).toEqual({
      enabled: true,
      path: '/srv/fleet/audit/log.jsonl',
      maxFileSize: 1000,
      redactKeys: ['pin'],
      outputCapture: 'full',
      maxValueBytes: 1,
      captureNetwork: false,
      fsync: 'always',
      onFailure: 'continue',
      queueLimit: 2,
      compatAliases: false,
    });
  });

  it('takes the site file of the production guides', async () => {
    const config = await loadConfig({
      site: `mxcp: 1
project: my_project
profile: production

profiles:
  production:
    duckdb:
      path: "/app/data/production.duckdb"
      readonly: false
    audit:
      enabled: true
      path: "/app/audit/production.jsonl"
    drift:
      path: "/app/drift/production.json"
    auth:
      enabled: true
      provider: github

sql_tools:
  enabled: false  # Enable only if needed

secrets:
  - db_credentials
  - api_keys
`,
    });

    expect(config.auth.provider).toBe('github');
  });

  it.each([
    'secrets:',
    'secrets: one',
    'plugin:',
    'plugin: {name: n, module: m}',
    'extensions:',
    'dbt:',
    'sql_tools:',
    'paths:',
    'profiles:',
    'dbt: {clean_targets: 5}',
    'profiles: {dev: {audit: {enabled: "Y"}, duckdb: {readonly: 0}}}',
  ])('takes the shorthand %s', async (line) => {
    const config = await loadConfig({ site: `${smallestSite}${line}\n`, request: { profile: 'dev' } });

    expect(config.project.name).toBe('acme');
  });

  it('names file, line, column and the key that was probably meant', async () => {
    expect(await problems(siteProfile('duckdb:\n  pth: x\n  readonly: perhaps'))).toEqual([
      'Site config validation error: 2 problems',
      'profiles.dev.duckdb.readonly: Input should be a valid boolean, unable to interpret input at FILE:8:7',
      "profiles.dev.duckdb.pth: Extra inputs are not permitted (did you mean 'path'?) at FILE:7:7",
    ]);
  });

  it.each([
    ['project: a', 'profile: Field required at FILE:1:1'],
    ['profile: a', 'project: Field required at FILE:1:1'],
    ['project: 2024\nprofile: a', 'project: Input should be a valid string at FILE:1:1'],
    ['project: a\nprofile: 2024-01-01', 'profile: Input should be a valid string at FILE:2:1'],
    [`${smallestSite}nope: 1`, 'nope: Extra inputs are not permitted at FILE:4:1'],
    [`${smallestSite}secrets: [1]`, 'secrets.0: Input should be a valid string at FILE:4:11'],
    [`${smallestSite}secrets: 1`, 'secrets.0: Input should be a valid string at FILE:4:1'],
    [`${smallestSite}extensions: [5]`, 'extensions.0: Input should be a valid dictionary at FILE:4:14'],
    [
      `${smallestSite}extensions: [{name: a, repo: other}]`,
      "extensions.0.repo: Input should be 'community' or 'core_nightly' at FILE:4:24",
    ],
    [`${smallestSite}dbt: {target_path: }`, 'dbt.target_path: Input should be a valid string at FILE:4:7'],
    [`${smallestSite}profiles: {dev: }`, 'profiles.dev: Input should be a valid dictionary at FILE:4:12'],
    [
      `${smallestSite}profiles: {dev: {audit: }}`,
      'profiles.dev.audit: Input should be a valid dictionary at FILE:4:18',
    ],
    [
      `${smallestSite}profiles: {other: {duckdb: }}`,
      'profiles.other.duckdb: Input should be a valid dictionary at FILE:4:20',
    ],
    [
      `${smallestSite}sql_tools: {list_tables: {description: ""}}`,
      'sql_tools.list_tables.description: String should have at least 1 character at FILE:4:27',
    ],
    [
      `${smallestSite}limits: {rows: -1}`,
      'limits.rows: Input should be greater than or equal to 0 at FILE:4:10',
    ],
    [
      `${smallestSite}sql_tools: {policies: {input: [{condition: x, action: warn}]}}`,
      "sql_tools.policies.input.0.action: Input should be 'deny', 'filter_fields', 'mask_fields' or " +
        "'filter_sensitive_fields' at FILE:4:47",
    ],
    ['mxcp: 2\nproject: a\nprofile: b', 'mxcp: Input should be 1 at FILE:1:1'],
    ['mxcp:\nproject: a\nprofile: b', 'mxcp: Input should be 1 at FILE:1:1'],
    ['[1]', 'Input should be a valid dictionary at FILE:1:1'],
  ])('words the problem of %j', async (site, line) => {
    expect(await problems(site)).toEqual(['Site config validation error: 1 problem', line]);
  });

  it('counts an empty document as an empty mapping', async () => {
    expect(await problems('# nothing')).toEqual([
      'Site config validation error: 2 problems',
      'project: Field required at FILE:1:1',
      'profile: Field required at FILE:1:1',
    ]);
  });

  it.each(['profiles: [a]', 'profiles: text'])('says barely that %s is no mapping', async (line) => {
    await expect(loadConfig({ site: `${smallestSite}${line}` })).rejects.toMatchObject({
      message: 'profiles of mxcp-site.yml must be a mapping',
    });
  });

  it('never repeats a value', async () => {
    const lines = await problems(`${smallestSite}limits: {rows: s3cr3t}\npaths: {tools: [s3cr3t]}\n`);

    expect(lines.join('\n')).not.toContain('s3cr3t');
    expect(lines).toHaveLength(3);
  });

  it('prefixes a syntax error with file, line and column', async () => {
    const project = await aConfigProject({ site: 'project: a\nprofile: [b\n' });

    await expect(project.load()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(new RegExp(`^${project.root}/mxcp-site\\.yml:\\d+:\\d+: \\S`)) as string,
    });
  });

  it.each(['1.0', 'true', '1'])('takes the version %s', async (version) => {
    const { warnings } = await loadConfig({ site: `mxcp: ${version}\nproject: a\nprofile: b\n` });

    expect(warnings).toEqual([]);
  });
});

describe('the version as text', () => {
  it.each(['1', '1.0', '1.0.0'])('"%s" reads as 1, with a warning', async (version) => {
    const project = await aConfigProject({
      site: `mxcp: "${version}"\nproject: a\nprofile: b\n`,
      user: `mxcp: "${version}"\n`,
    });
    const { warnings } = await project.load();

    expect(warnings).toEqual([
      `${project.root}/mxcp-site.yml: mxcp is the text "${version}"; write the number: mxcp: 1`,
      `${project.home}/.mxcp/config.yml: mxcp is the text "${version}"; write the number: mxcp: 1`,
    ]);
  });

  it('is a migration error of the site file otherwise', async () => {
    const project = await aConfigProject({ site: 'mxcp: "1.0.0-alpha"\nnope: 1\n' });

    const error: unknown = await project.load().catch((cause: unknown) => cause);
    const { message, code } = error as Error & { code: string };
    expect(code).toBe('CONFIG_INVALID');
    expect(message.startsWith('🚨 MIGRATION REQUIRED: Pre-production MXCP version detected\n')).toBe(true);
    for (const part of [
      `File: ${project.root}/mxcp-site.yml`,
      'OLD: mxcp: "1.0.0-alpha"',
      'NEW: mxcp: 1',
      'OLD structure:',
      'NEW structure:',
      'MIGRATION STEPS:',
      '../sql/<file>.sql',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('is another migration error of the user file', async () => {
    const project = await aConfigProject({ user: 'mxcp: ""\n' });

    const error: unknown = await project.load().catch((cause: unknown) => cause);
    const { message } = error as Error;
    expect(message.startsWith('🚨 MIGRATION REQUIRED: Pre-production MXCP version detected\n')).toBe(true);
    expect(message).toContain('OLD: mxcp: ""');
    expect(message).toContain('NEW: mxcp: 1');
    expect(message).toContain(`Edit ${project.home}/.mxcp/config.yml`);
    expect(message).not.toContain('MIGRATION STEPS');
  });
});
