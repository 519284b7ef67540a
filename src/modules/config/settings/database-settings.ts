import { join, resolve } from 'node:path';
import type { DatabaseConfig, DatabaseSecret, PathsConfig } from '../../../common/domain/app-config.js';
import { Secret } from '../../../common/domain/secret.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import { over } from '../defaults.js';
import { deepFreeze } from './deep-freeze.js';
import { anchored } from './path-settings.js';
import type { Sources } from './sources.js';

/** A pool that names no size has two connections a CPU, and at least these. */
const LEAST_POOL_SIZE = 10;

/**
 * `duckdb` of the active profile (configuration.md §4.2, §8; operations.md §7).
 * @throws ConfigInvalidError for an in-memory database
 */
export function databaseSettings(sources: Sources, paths: PathsConfig): DatabaseConfig {
  const { root, request, variables, environment, site, siteProfile, defaults } = sources;
  const duckdb = over(defaults.site_profile.duckdb, { ...siteProfile.duckdb, pool: undefined });
  const pool = over(defaults.site_profile.duckdb.pool, siteProfile.duckdb?.pool);
  return {
    path: databasePath(sources, paths, duckdb.path),
    readonly: request.readonly === true || variables.flag('MXCP_READONLY') === true || duckdb.readonly,
    root,
    pool: {
      size: pool.size ?? Math.max(LEAST_POOL_SIZE, 2 * environment.cpuCount),
      maxOverflow: pool.max_overflow,
      acquireTimeoutMs: pool.acquire_timeout_ms,
      maxAgeS: pool.max_age_s,
      prePing: pool.pre_ping,
    },
    statementTimeoutMs: duckdb.statement_timeout_ms,
    memoryLimit: duckdb.memory_limit,
    threads: duckdb.threads,
    tempDirectory: duckdb.temp_directory === null ? null : resolve(root, duckdb.temp_directory),
    extensions: (site.extensions ?? []).map(({ name, repo }) => ({ name, repo: repo ?? null })),
    secrets: databaseSecrets(sources),
    threadPoolSize: environment.threadPoolSize,
  };
}

function databasePath(sources: Sources, paths: PathsConfig, written: string | null): string {
  const path = sources.variables.setting('MXCP_DUCKDB_PATH') ?? written;
  if (path?.startsWith(':memory:') === true) {
    throw new ConfigInvalidError(
      'In-memory databases (:memory:) are not supported. Please use a file-based database.',
    );
  }
  return anchored(sources.root, path, join(paths.data, `db-${sources.profile}.duckdb`));
}

/** Those with parameters; of several with one name the first counts. */
function databaseSecrets({ userProfile }: Sources): readonly DatabaseSecret[] {
  const found = new Map<string, DatabaseSecret>();
  for (const { name, type, parameters = {} } of userProfile.secrets ?? []) {
    if (found.has(name) || Object.keys(parameters).length === 0) continue;
    found.set(name, { name, type, parameters: new Secret(deepFreeze(parameters)) });
  }
  return [...found.values()];
}
