import { isDeepStrictEqual } from 'node:util';
import type { AppConfig, AuthConfig } from '../../common/domain/app-config.js';
import { Secret } from '../../common/domain/secret.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';

/** What is read when the process starts and never again, by the names that the files and variables have. */
const settings: readonly (readonly [name: string, read: (config: AppConfig) => unknown])[] = [
  ['transport.provider', ({ http }) => http.transport],
  ['transport.http.host', ({ http }) => http.host],
  ['transport.http.port', ({ http }) => http.port],
  ['transport.http.stateless', ({ http }) => http.stateless],
  ['transport.http.base_url', ({ http }) => http.baseUrl],
  ['transport.http.trust_proxy', ({ http }) => http.trustProxy],
  ['transport.http.allowed_hosts', ({ http }) => http.allowedHosts],
  ['transport.http.allowed_origins', ({ http }) => http.allowedOrigins],
  ['auth.provider', ({ auth }) => auth.provider],
  ['auth', ({ auth }) => auth.oauth],
  ['METRICS_ENABLED', ({ metrics }) => metrics.enabled],
  ['telemetry.metrics.prometheus_port', ({ metrics }) => metrics.prometheusPort],
  ['server', ({ server }) => server],
  ['logging', ({ logging }) => ({ ...logging, level: null })],
  ['audit', auditStorage],
];

export interface Reconfiguration {
  /** The new configuration, with what was read at the start as it was then. */
  readonly config: AppConfig;
  /** Settings whose new values take effect only after a restart. */
  readonly restartRequired: readonly string[];
}

/**
 * The configuration that a reload may put in force.
 * @throws ConfigInvalidError when callers could not be told apart under it as they should be
 */
export function reconfigured(started: AppConfig, fresh: AppConfig): Reconfiguration {
  const { http, metrics, server } = started;
  const auth = reconfiguredAuth(started, fresh);
  const logging = Object.freeze({ ...started.logging, level: fresh.logging.level });
  const { redactKeys, outputCapture, maxValueBytes, captureNetwork } = fresh.audit;
  const audit = { ...started.audit, redactKeys, outputCapture, maxValueBytes, captureNetwork };
  return {
    config: Object.freeze({ ...fresh, http, auth, metrics, server, logging, audit: Object.freeze(audit) }),
    restartRequired: settings
      .filter(([, read]) => !isDeepStrictEqual(opened(read(started)), opened(read(fresh))))
      .map(([name]) => name),
  };
}

/** Who may sign in where stays; what they need and what they may follows (auth.md §1.9). */
function reconfiguredAuth({ http, auth }: AppConfig, fresh: AppConfig): AuthConfig {
  const { apiKeys, requiredScopes, claimMappings, problems } = fresh.auth;
  if (http.transport !== 'stdio' && problems.length > 0) throw new ConfigInvalidError(problems.join('\n'));
  return Object.freeze({ ...auth, apiKeys, requiredScopes, claimMappings });
}

/** A value whose secrets can be compared: what they hold is hidden from every comparison else. */
function opened(value: unknown): unknown {
  if (value instanceof Secret) return [opened(value.reveal())];
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(opened);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, opened(member)]));
}

/** How records are kept; what goes into them follows a reload. */
function auditStorage({ audit }: AppConfig): unknown {
  const { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases } = audit;
  return { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases };
}
