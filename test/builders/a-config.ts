import type { AppConfig, AuthConfig } from '../../src/common/domain/app-config.js';
import { Secret } from '../../src/common/domain/secret.js';

/** Nobody is asked who they are. */
export const noAuth: AuthConfig = {
  provider: 'none',
  oauth: null,
  apiKeys: [],
  requiredScopes: [],
  claimMappings: {},
  problems: [],
};

/** The configuration of a project at `/project` with every default; override whole subtrees. */
export function aConfig(overrides: Partial<AppConfig> = {}): AppConfig {
  const root = '/project';
  const folder = (name: string): string => `${root}/${name}`;
  return {
    project: { root, name: 'demo', profile: 'dev', siteFile: `${root}/mxcp-site.yml`, userFile: null },
    paths: {
      tools: folder('tools'),
      resources: folder('resources'),
      prompts: folder('prompts'),
      evals: folder('evals'),
      python: folder('python'),
      plugins: folder('plugins'),
      sql: folder('sql'),
      drift: folder('drift'),
      audit: folder('audit'),
      data: folder('data'),
    },
    database: {
      path: `${root}/data/db-dev.duckdb`,
      readonly: false,
      root,
      pool: { size: 4, maxOverflow: 10, acquireTimeoutMs: 30_000, maxAgeS: 3600, prePing: true },
      statementTimeoutMs: null,
      memoryLimit: null,
      threads: null,
      tempDirectory: null,
      extensions: [],
      secrets: [],
      threadPoolSize: 16,
    },
    userCode: {
      interpreter: null,
      virtualEnv: null,
      workers: 1,
      plugins: [],
      pluginSettings: new Secret({}),
      secrets: new Secret({}),
      documents: new Secret({ site: {}, user: {} }),
      siteDefaults: {},
    },
    limits: { rows: 10_000, bytes: 8_388_608, timeoutMs: 300_000 },
    sqlTools: { enabled: false, readonly: true, descriptions: {}, policies: null },
    audit: {
      enabled: true,
      path: `${root}/audit/logs-dev.jsonl`,
      maxFileSize: 52_428_800,
      redactKeys: ['password', 'token', 'api_key'],
      outputCapture: 'summary',
      maxValueBytes: 65_536,
      captureNetwork: true,
      fsync: 'batch',
      onFailure: 'block',
      queueLimit: 10_000,
      compatAliases: true,
    },
    http: {
      transport: 'streamable-http',
      host: '127.0.0.1',
      port: 8000,
      stateless: false,
      baseUrl: null,
      publicUrl: 'http://127.0.0.1:8000',
      trustProxy: false,
      allowedHosts: [],
      allowedOrigins: [],
      bodyLimit: 1_048_576,
    },
    server: { name: 'MXCP Server', version: '0.0.0', requestStateKey: null },
    logging: {
      level: 'warning',
      format: 'json',
      path: null,
      maxBytes: 10_485_760,
      backupCount: 5,
      accessIp: false,
      includeStack: false,
    },
    metrics: { enabled: true, prometheusPort: null },
    shutdown: { timeoutMs: 25_000, preStopDelayMs: 0 },
    reload: { drainTimeoutMs: 25_000, onDrainTimeout: 'abort' },
    auth: noAuth,
    cache: { toolsListS: 300 },
    stdioUserContext: null,
    warnings: [],
    ...overrides,
  };
}
