import { describe, expect, it } from 'vitest';
import { loadConfig, siteProfile, userProfile, type ConfigParts } from '../../../builders/a-config-load.js';

const withoutEffect = (setting: string, advice: string): string =>
  `${setting} has no effect in this version: ${advice}`;

const tls = withoutEffect('transport.http.tls', 'end TLS at a proxy');
const rateLimit = withoutEffect('rate_limit', 'limit calls at a proxy');
const telemetry = withoutEffect('telemetry.enabled', 'let Prometheus read /metrics');
const integrity = withoutEffect('audit.integrity', 'copy the audit log to where nobody can change it');
const retention = withoutEffect('audit.retention_days', 'delete old files of the audit log yourself');

describe('what this version does not give', () => {
  it.each<[ConfigParts, string]>([
    [{ user: 'transport: {http: {tls: {cert: c, key: k}}}\n' }, tls],
    [{ user: 'rate_limit: {max_requests: 5}\n' }, rateLimit],
    [{ env: { RATE_LIMIT_MAX_REQUESTS: '5' } }, rateLimit],
    [{ user: userProfile('telemetry: {enabled: true, endpoint: "http://collector:4318"}') }, telemetry],
    [
      { env: { MXCP_TELEMETRY_ENABLED: 'true' }, user: userProfile('telemetry: {enabled: false}') },
      telemetry,
    ],
    [{ site: siteProfile('audit: {integrity: signed, signing_key: k}') }, integrity],
    [{ site: siteProfile('audit: {retention_days: {mxcp.endpoints: 90}}') }, retention],
  ])('for %j is warned of when serving', async (parts, warning) => {
    const serving = await loadConfig({ ...parts, request: { serving: true } });
    const other = await loadConfig(parts);

    expect([serving.warnings, other.warnings]).toEqual([[warning], []]);
  });

  it.each<[ConfigParts]>([
    [{ user: 'rate_limit: {max_requests: 0}\n' }],
    [{ user: userProfile('telemetry: {endpoint: "http://collector:4318", metrics: {enabled: true}}') }],
    [{ env: { MXCP_TELEMETRY_ENABLED: 'no' }, user: userProfile('telemetry: {enabled: true}') }],
    [{ site: siteProfile('audit: {enabled: true, integrity: none, retention_days: {mxcp.endpoints: }}') }],
  ])('is not warned of where nobody asked for it: %j', async (parts) => {
    expect((await loadConfig({ ...parts, request: { serving: true } })).warnings).toEqual([]);
  });
});
