import { join } from 'node:path';
import type { AuditConfig, PathsConfig } from '../../../common/domain/app-config.js';
import { over } from '../defaults.js';
import { anchored } from './path-settings.js';
import type { Sources } from './sources.js';

/** `audit` of the active profile (audit.md §1); `MXCP_AUDIT_ENABLED` decides when it has a word for it. */
export function auditSettings(sources: Sources, paths: PathsConfig): AuditConfig {
  const { root, profile, variables, siteProfile, defaults } = sources;
  const audit = over(defaults.site_profile.audit, siteProfile.audit);
  return {
    enabled: variables.flag('MXCP_AUDIT_ENABLED') ?? audit.enabled,
    path: anchored(root, audit.path, join(paths.audit, `logs-${profile}.jsonl`)),
    maxFileSize: audit.max_file_size,
    redactKeys: audit.redact_keys,
    outputCapture: audit.output_capture,
    maxValueBytes: audit.max_value_bytes,
    captureNetwork: audit.capture_network,
    fsync: audit.fsync,
    onFailure: audit.on_failure,
    queueLimit: audit.queue_limit,
    compatAliases: audit.compat_aliases,
  };
}
