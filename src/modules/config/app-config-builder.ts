import type { AppConfig } from '../../common/domain/app-config.js';
import { over } from './defaults.js';
import { auditSettings } from './settings/audit-settings.js';
import { authSettings } from './settings/auth/auth-settings.js';
import { configWarnings } from './settings/config-warnings.js';
import { databaseSettings } from './settings/database-settings.js';
import { deepFreeze } from './settings/deep-freeze.js';
import { httpSettings } from './settings/http-settings.js';
import { loggingSettings } from './settings/logging-settings.js';
import { pathSettings } from './settings/path-settings.js';
import type { Sources } from './settings/sources.js';
import { requestStateKey } from './settings/request-state-key.js';
import { sqlToolsSettings } from './settings/sql-tools-settings.js';
import { userCodeSettings } from './settings/user-code-settings.js';
import { userContext } from './settings/user-context.js';

/**
 * The settings in force: flags over environment over user file over site file over defaults.
 * @param found warnings of the steps before
 * @throws UsageError, ConfigInvalidError for what cannot be served
 */
export function buildAppConfig(sources: Sources, found: readonly string[]): AppConfig {
  const { site, user, defaults } = sources;
  const paths = pathSettings(sources);
  const database = databaseSettings(sources, paths);
  const audit = auditSettings(sources, paths);
  const limits = over(defaults.site.limits, site.limits);
  const shutdown = over(defaults.user.shutdown, user.shutdown);
  const reload = over(defaults.user.reload, user.reload);
  const server = over(defaults.user.server, user.server);
  const http = httpSettings(sources);
  const auth = authSettings(sources, http);
  return deepFreeze({
    project: {
      root: sources.root,
      name: site.project,
      profile: sources.profile,
      siteFile: sources.siteFile,
      userFile: sources.userFile,
    },
    paths,
    database,
    userCode: userCodeSettings(sources, database, audit, paths.drift),
    limits: { rows: limits.rows, bytes: limits.bytes, timeoutMs: limits.timeout_ms },
    sqlTools: sqlToolsSettings(sources),
    audit,
    http,
    server: {
      name: server.name,
      version: server.version ?? sources.productVersion,
      requestStateKey: requestStateKey(sources.variables, server.request_state_key),
    },
    logging: loggingSettings(sources),
    metrics: metricsSettings(sources),
    shutdown: { timeoutMs: shutdown.timeout_ms, preStopDelayMs: shutdown.pre_stop_delay_ms },
    reload: { drainTimeoutMs: reload.drain_timeout_ms, onDrainTimeout: reload.on_drain_timeout },
    auth: auth.config,
    cache: { toolsListS: over(defaults.user.cache, user.cache).toolsList },
    stdioUserContext: userContext(sources.variables),
    warnings: [...found, ...configWarnings(sources), ...auth.warnings],
  });
}

/** `/metrics` and the second listener (telemetry.md §1, §6). */
function metricsSettings({ variables, userProfile, defaults }: Sources): AppConfig['metrics'] {
  const metrics = over(defaults.user_profile.telemetry.metrics, userProfile.telemetry?.metrics);
  return {
    enabled: variables.flag('METRICS_ENABLED') ?? defaults.environment.METRICS_ENABLED,
    prometheusPort: metrics.prometheus_port,
  };
}
