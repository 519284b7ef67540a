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
 * @param hadKeys whether an API key was ever asked for since the start
 * @throws ConfigInvalidError when the server must not be served with its `auth`
 */
export function reconfigured(
  started: AppConfig,
  fresh: AppConfig,
  hadKeys = started.auth.apiKeys.length > 0,
): Reconfiguration {
  const { http, metrics, server } = started;
  const { problems } = fresh.auth;
  if (http.transport !== 'stdio' && problems.length > 0) throw new ConfigInvalidError(problems.join('\n'));
  const logging = Object.freeze({ ...started.logging, level: fresh.logging.level });
  const { redactKeys, outputCapture, maxValueBytes, captureNetwork } = fresh.audit;
  const audit = { ...started.audit, redactKeys, outputCapture, maxValueBytes, captureNetwork };
  const auth = Object.freeze(reauthenticated(started.auth, fresh.auth));
  const isOpened = hadKeys && started.auth.oauth === null && fresh.auth.apiKeys.length === 0;
  const changed = settings.filter(([, read]) => !isSame(read(started), read(fresh))).map(([name]) => name);
  return {
    config: Object.freeze({ ...fresh, http, auth, metrics, server, logging, audit: Object.freeze(audit) }),
    // without the last key nobody is let in: the door does not open by itself
    restartRequired: isOpened ? [...changed, 'MCP_API_KEYS'] : changed,
  };
}

/** Keys, scopes and mappings follow; mappings of another provider come with it. */
function reauthenticated(started: AuthConfig, fresh: AuthConfig): AuthConfig {
  const { apiKeys, requiredScopes, claimMappings } = fresh;
  const isSameProvider = started.provider === fresh.provider;
  return {
    ...started,
    apiKeys,
    requiredScopes,
    claimMappings: isSameProvider ? claimMappings : started.claimMappings,
  };
}

/** Secrets are compared by what they hold, which they show to nobody else. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(opened(one), opened(other));
}

function opened(value: unknown): unknown {
  if (value instanceof Secret) return opened(value.reveal());
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

/** How records are kept; what goes into them follows a reload. */
function auditStorage({ audit }: AppConfig): unknown {
  const { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases } = audit;
  return { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases };
}
