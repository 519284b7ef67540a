import type { AuditConfig, DatabaseConfig, UserCodeConfig } from '../../../common/domain/app-config.js';
import { objectOf, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { Secret } from '../../../common/domain/secret.js';
import { over } from '../defaults.js';
import { deepFreeze } from './deep-freeze.js';
import { anchored } from './path-settings.js';
import type { Sources } from './sources.js';

/** What of the configuration endpoint code runs with and may read (python.md §4.4, §7.1, §9.1). */
export function userCodeSettings(
  sources: Sources,
  database: DatabaseConfig,
  audit: AuditConfig,
  driftFolder: string,
): UserCodeConfig {
  const { site, user, userProfile, defaults, variables } = sources;
  const { interpreter, workers } = over(defaults.site.python, site.python);
  return {
    interpreter,
    virtualEnv: variables.setting('VIRTUAL_ENV') ?? null,
    workers,
    plugins: (site.plugin ?? []).map(({ name, module, config }) => ({
      name,
      module,
      config: config ?? null,
    })),
    pluginSettings: new Secret(deepFreeze(userProfile.plugin?.config ?? {})),
    secrets: new Secret(deepFreeze(secretParameters(sources))),
    documents: new Secret(
      deepFreeze({
        // checked by their schemas, so plain data
        site: {
          ...(site as JsonObject),
          profiles: activeProfile(sources, database, audit, driftFolder),
        },
        user: user as JsonObject,
      }),
    ),
    siteDefaults: defaults.site as JsonObject,
  };
}

/** Of several secrets with one name the first counts. */
function secretParameters({ userProfile }: Sources): JsonObject {
  const found = new Map<string, JsonValue>();
  for (const { name, parameters = {} } of userProfile.secrets ?? []) {
    if (!found.has(name)) found.set(name, parameters);
  }
  return objectOf(found);
}

/** The site file's profiles, the active one with its derived paths (configuration.md §4.2). */
function activeProfile(
  { root, profile, site, siteProfile }: Sources,
  database: DatabaseConfig,
  audit: AuditConfig,
  driftFolder: string,
): JsonObject {
  const { duckdb, drift, audit: auditWritten } = siteProfile as JsonObject & typeof siteProfile;
  const driftPath = anchored(root, drift?.path, `${driftFolder}/drift-${profile}.json`);
  const computed = {
    ...(siteProfile as JsonObject),
    duckdb: { ...(duckdb as JsonObject | undefined), path: database.path, readonly: database.readonly },
    drift: { ...(drift as JsonObject | undefined), path: driftPath },
    audit: { ...(auditWritten as JsonObject | undefined), enabled: audit.enabled, path: audit.path },
  };
  return { ...(site.profiles as JsonObject | undefined), [profile]: computed };
}
