import type { AppConfig } from '../../common/domain/app-config.js';
import { isDeepStrictEqual } from 'node:util';

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

/** The configuration that a reload may put in force. */
export function reconfigured(started: AppConfig, fresh: AppConfig): Reconfiguration {
  const { http, auth, metrics, server } = started;
  const logging = Object.freeze({ ...started.logging, level: fresh.logging.level });
  const { redactKeys, outputCapture, maxValueBytes, captureNetwork } = fresh.audit;
  const audit = { ...started.audit, redactKeys, outputCapture, maxValueBytes, captureNetwork };
  return {
    config: Object.freeze({ ...fresh, http, auth, metrics, server, logging, audit: Object.freeze(audit) }),
    restartRequired: settings
      .filter(([, read]) => !isDeepStrictEqual(read(started), read(fresh)))
      .map(([name]) => name),
  };
}

/** How records are kept; what goes into them follows a reload. */
function auditStorage({ audit }: AppConfig): unknown {
  const { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases } = audit;
  return { enabled, path, maxFileSize, fsync, onFailure, queueLimit, compatAliases };
}
