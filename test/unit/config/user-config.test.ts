import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aConfigProject, loadConfig, userProfile } from '../../builders/a-config-load.js';

async function problems(user: string, env: Record<string, string> = {}): Promise<string[]> {
  const project = await aConfigProject({ user, env });
  const error: unknown = await project.load().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return (error as Error).message.split('\n').map((line) => line.replace(/ at .*config\.yml:/, ' at FILE:'));
}

const everything = `mxcp: 1
vault: {enabled: true, address: https://vault.acme.test, token_env: T, approle: {role_id_env: A, secret_id_env: B, mount: m}}
onepassword: {enabled: false, token_env: T}
transport:
  provider: streamable-http
  http:
    host: 0.0.0.0
    port: 8080
    scheme: https
    base_url: https://mcp.acme.test/
    trust_proxy: true
    stateless: true
    allowed_hosts: [mcp.acme.test]
    allowed_origins: ["https://acme.test"]
    tls: {cert: c.pem, key: k.pem, min_version: TLSv1.3}
models:
  default: claude-x
  models:
    claude-x: {type: claude, api_key: k, base_url: , timeout: 0, max_retries: 2, model: claude-x-1}
logging: {enabled: true, path: l.log, level: ERROR, max_bytes: 1, backup_count: 2, format: text, access_ip: true, includeStack: true}
reload: {drain_timeout_ms: 1, on_drain_timeout: cancel}
shutdown: {timeout_ms: 1, pre_stop_delay_ms: 2}
health: {maxMemoryMB: 1, maxResponseTimeMS: 2, maxErrorRate: 0.1, healthCheckInterval: 3}
rate_limit: {max_requests: 1, window_ms: 2, key: principal}
circuit_breaker: {failure_threshold: 1, reset_timeout_ms: 2}
cache: {toolsList: 1, healthStatus: 2, metrics: 3}
http_client: {maxSockets: 1, maxFreeSockets: 2, timeout: 3, keepAlive: false}
observability: {enabled: false, port: 3000}
session: {maxEventsPerSession: 1, sessionTimeoutMs: 2}
streaming: {slowThresholdMs: 1, bufferSize: 2}
server: {name: Fleet, version: "2.5", request_state_key: "0123456789abcdef0123456789abcdef"}
projects:
  acme:
    profiles:
      dev:
        secrets:
          - name: telematics_api
            type: custom
            parameters: {key: k, retry: {max: 3}}
        plugin: {config: {geo_dev: {units: km}}}
        auth:
          enabled: true
          mode: issuer
          provider: keycloak
          clients:
            - {client_id: desk, name: Desk, client_secret: s-of-sixteen-characters, redirect_uris: ['http://127.0.0.1:7171/done'], grant_types: [refresh_token], scopes: [a]}
          persistence: {type: sqlite, path: ~/x.db, auth_encryption_key: }
          authorization: {required_scopes: [a]}
          github: {client_id: a, client_secret: b, scope: "user:email"}
          google: {client_id: a, client_secret: b, scope: c, callback_path: /cb, auth_url: u, token_url: t}
          atlassian: {client_id: a, client_secret: b, scope: c}
          salesforce: {client_id: a, client_secret: b}
          keycloak: {client_id: a, client_secret: b, realm: r, server_url: u, claim_mappings: {g: {v: [c]}}}
          oidc:
            config_url: u
            client_id: a
            client_secret: b
            scope: openid email
            callback_path: /cb
            audience: x
            extra_authorize_params: {prompt: login}
            provider_name: n
        telemetry:
          enabled: true
          endpoint: http://collector:4318
          headers: {Authorization: Bearer x}
          service_name: s
          service_version: "1"
          environment: e
          resource_attributes: {team: 5}
          tracing: {enabled: true, console_export: true, sample_ratio: 0.5}
          metrics: {enabled: true, export_interval: 60, prometheus_port: 9090, prometheus_host: h, aliases: false, buckets: [0.1, 1]}
`;

describe('the user file', () => {
  it('takes every key', async () => {
    const config = await loadConfig({ user: everything });

    expect(config.http).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      baseUrl: 'https://mcp.acme.test',
      trustProxy: true,
      stateless: true,
      allowedHosts: ['mcp.acme.test'],
      allowedOrigins: ['https://acme.test'],
    });
    expect(config.server).toMatchObject({ name: 'Fleet', version: '2.5' });
    expect(config.server.requestStateKey?.reveal()).toBe('0123456789abcdef0123456789abcdef');
    expect(config.shutdown).toEqual({ timeoutMs: 1, preStopDelayMs: 2 });
    expect(config.cache).toEqual({ toolsListS: 1 });
    expect(config.metrics).toEqual({ enabled: true, prometheusPort: 9090 });
    expect(config.auth.provider).toBe('keycloak');
    expect(config.warnings).toEqual([]);
  });

  it('takes the user file of the production guides', async () => {
    const config = await loadConfig({
      site: 'mxcp: 1\nproject: my_project\nprofile: production\nsecrets: [db_credentials]\n',
      env: {
        DB_HOST: 'db',
        DB_USER: 'u',
        DB_PASSWORD: 'p',
        GITHUB_CLIENT_ID: 'id',
        GITHUB_CLIENT_SECRET: 'secret-of-the-github-app',
      },
      user: `mxcp: 1
transport:
  provider: streamable-http
  http:
    port: 8000
    host: 0.0.0.0
    stateless: true  # For serverless deployments

projects:
  my_project:
    profiles:
      production:
        secrets:
          - name: db_credentials
            type: database
            parameters:
              host: "\${DB_HOST}"
              username: "\${DB_USER}"
              password: "\${DB_PASSWORD}"
        auth:
          provider: github
          clients:
            - client_id: "\${GITHUB_CLIENT_ID}"
              client_secret: "\${GITHUB_CLIENT_SECRET}"
              name: "MXCP Production"
              redirect_uris:
                - "https://api.example.com/github/callback"
              scopes:
                - "mxcp:access"
          github:
            client_id: "\${GITHUB_CLIENT_ID}"
            client_secret: "\${GITHUB_CLIENT_SECRET}"
`,
    });

    expect(config.auth.provider).toBe('github');
    expect(config.database.secrets[0]?.parameters.reveal()).toEqual({
      host: 'db',
      username: 'u',
      password: 'p',
    });
    expect(config.warnings).toEqual([]);
  });

  it.each([
    ['projects: {amce: {profiles: {dev: {}}}}', "no project 'acme', but 'amce'"],
    [userProfile('auth: {}', 'devv'), "no profile 'dev' of the project 'acme', but 'devv'"],
  ])('warns of a name in %j that is nearly the one in use', async (user, difference) => {
    const { warnings, home } = await loadConfig({ user });

    expect(warnings).toEqual([
      `${join(home, '.mxcp/config.yml')} has ${difference}: nothing under projects is used`,
    ]);
  });

  it.each([
    'projects: {other: {profiles: {dev: {}}}}',
    userProfile('auth: {}', 'prod'),
    'projects: {acme: {}}',
  ])('says nothing of other projects and profiles: %j', async (user) => {
    expect((await loadConfig({ user })).warnings).toEqual([]);
  });

  it.each([
    ['base_path: /x', 'base_path: Extra inputs are not permitted at FILE:1:1'],
    ['transport:', 'transport: Input should be a valid dictionary at FILE:1:1'],
    ['logging:', 'logging: Input should be a valid dictionary at FILE:1:1'],
    [
      'transport: {http: {base_path: /x}}',
      'transport.http.base_path: Extra inputs are not permitted at FILE:1:20',
    ],
    [
      'transport: {provider: http}',
      "transport.provider: Input should be 'streamable-http', 'sse' or 'stdio' at FILE:1:13",
    ],
    [
      'transport: {http: {port: x}}',
      'transport.http.port: Input should be a valid integer, unable to parse string as an integer at FILE:1:20',
    ],
    [
      'logging: {level: warning}',
      "logging.level: Input should be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL' at FILE:1:11",
    ],
    ['models: {models: {m: {}}}', 'models.models.m.type: Field required at FILE:1:19'],
    [
      'vault: {enable: true}',
      "vault.enable: Extra inputs are not permitted (did you mean 'enabled'?) at FILE:1:9",
    ],
    ['projects: {other: 5}', 'projects.other: Input should be a valid dictionary at FILE:1:12'],
    ['mxcp: 2', 'mxcp: Input should be 1 at FILE:1:1'],
    [
      userProfile('secrets: '),
      'projects.acme.profiles.dev.secrets: Input should be a valid list at FILE:6:9',
    ],
    [
      userProfile('secrets: [{name: a}]'),
      'projects.acme.profiles.dev.secrets.0.type: Field required at FILE:6:19',
    ],
    [
      userProfile('secrets: [{name: a, type: env, key: K}]'),
      'projects.acme.profiles.dev.secrets.0.key: Extra inputs are not permitted at FILE:6:40',
    ],
    [
      userProfile('secrets: [{name: a, type: t, parameters: }]'),
      'projects.acme.profiles.dev.secrets.0.parameters: Input should be a valid dictionary at FILE:6:38',
    ],
    [
      userProfile('plugin: {config: {geo: {n: 5}}}'),
      'projects.acme.profiles.dev.plugin.config.geo.n: Input should be a valid string at FILE:6:33',
    ],
    [
      userProfile('auth: {provider: }'),
      "projects.acme.profiles.dev.auth.provider: Input should be 'none', 'github', 'google', 'atlassian', " +
        "'salesforce', 'keycloak' or 'oidc' at FILE:6:16",
    ],
    [
      userProfile('auth: {google: {client_id: a, client_secret: b}}'),
      'projects.acme.profiles.dev.auth.google.scope: Field required at FILE:6:16',
    ],
    [
      userProfile('auth: {oidc: {config_url: u, client_id: a, client_secret: b, scope: email}}'),
      "projects.acme.profiles.dev.auth.oidc.scope: OIDC scope must include 'openid' at FILE:6:70",
    ],
    [
      userProfile(
        'auth: {mode: verifier, provider: oidc, oidc: {config_url: u, client_id: a, client_secret: b, scope: openid, callback_path: /x}}',
      ),
      'projects.acme.profiles.dev.auth.oidc.callback_path: Extra inputs are not permitted at FILE:6:117',
    ],
    [
      userProfile('telemetry: {metrics: {export_interval: 0}}'),
      'projects.acme.profiles.dev.telemetry.metrics.export_interval: Input should be greater than or equal to 1 at FILE:6:31',
    ],
    [
      userProfile('telemetry: {tracing: {sample_ratio: 1.5}}'),
      'projects.acme.profiles.dev.telemetry.tracing.sample_ratio: Input should be between 0 and 1 at FILE:6:31',
    ],
    [
      userProfile('secrets: [{name: 5}]', 'inactive'),
      'projects.acme.profiles.inactive.secrets.0.name: Input should be a valid string at FILE:6:20',
    ],
  ])('words the problem of %j', async (user, line) => {
    const lines = await problems(user);

    expect(lines).toContain(line);
    expect(lines[0]).toMatch(/^Invalid user config: \d problems?$/);
  });

  it('never repeats a value, resolved or not', async () => {
    const user = 'transport: {http: {port: "${PORT}", scheme: pl41n}}';
    const lines = await problems(user, { PORT: 's3cr3t' });

    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).not.toMatch(/s3cr3t|pl41n/);
  });

  it('tells the problems of both files at once', async () => {
    const project = await aConfigProject({
      site: 'project: acme\nprofile: dev\nnope: 1\n',
      user: 'nope: 1\n',
    });

    await expect(project.load()).rejects.toMatchObject({
      message: [
        'Site config validation error: 1 problem',
        `nope: Extra inputs are not permitted at ${project.root}/mxcp-site.yml:3:1`,
        'Invalid user config: 1 problem',
        `nope: Extra inputs are not permitted at ${project.home}/.mxcp/config.yml:1:1`,
      ].join('\n'),
    });
  });
});

describe('auth.provider', () => {
  it.each([
    ['auth: {provider: google}', 'auth: {provider: github}', 'github'],
    ['auth: {provider: google}', 'auth: {}', 'google'],
    ['auth: {provider: google}', 'auth: {provider: none}', 'none'],
    ['auth: {enabled: false}', 'auth: {provider: github}', 'none'],
    ['auth: {enabled: true}', 'auth: {provider: github, enabled: false}', 'none'],
    ['auth: {enabled: true}', 'secrets: []', 'none'],
  ])('of site %s and user %s is %s', async (site, user, provider) => {
    const config = await loadConfig({
      site: `project: acme\nprofile: dev\nprofiles: {dev: {${site}}}\n`,
      user: userProfile(user),
    });

    expect(config.auth.provider).toBe(provider);
  });
});
