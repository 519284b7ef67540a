import type { Sources } from './sources.js';
import { levelNamed } from './logging-settings.js';

/** Findings about the settings that do not stop the start (configuration.md §18). */
export function configWarnings(sources: Sources): readonly string[] {
  return [
    ...undefinedSecrets(sources),
    ...profileWarnings(sources),
    ...transportWarnings(sources),
    ...ignoredWords(sources),
    ...notGiven(sources),
  ];
}

function undefinedSecrets({ site, userProfile, profile }: Sources): string[] {
  const defined = new Set((userProfile.secrets ?? []).map((secret) => secret.name));
  return (site.secrets ?? [])
    .filter((name) => !defined.has(name))
    .map((name) => `Secret '${name}' is declared in mxcp-site.yml but not defined for profile '${profile}'`);
}

function profileWarnings({ site, profile }: Sources): string[] {
  const isNamed = profile === site.profile || Object.hasOwn(site.profiles ?? {}, profile);
  return isNamed ? [] : [`Profile '${profile}' is not named in mxcp-site.yml; its defaults are used`];
}

function transportWarnings({ request, user }: Sources): string[] {
  return request.transport === undefined && user.transport?.provider === 'sse'
    ? ["transport.provider 'sse' is not served any more; the server starts as 'streamable-http'"]
    : [];
}

const yesOrNo = ['MXCP_AUDIT_ENABLED', 'MXCP_READONLY', 'MXCP_DEBUG', 'METRICS_ENABLED'];

/** Variables whose word says nothing, so that the setting below them holds. */
function ignoredWords({ variables }: Sources): string[] {
  const flags = yesOrNo.filter(
    (name) => variables.setting(name) !== undefined && variables.flag(name) === undefined,
  );
  const level = variables.setting('LOG_LEVEL');
  return [
    ...flags.map((name) => `${name} is ignored: it is none of true, 1, yes, false, 0, no`),
    ...(level !== undefined && levelNamed(level) === undefined
      ? ['LOG_LEVEL is ignored: it is none of debug, info, warning, error, critical']
      : []),
  ];
}

/** What was asked for and this version does not give. */
function notGiven({ request, variables, user, userProfile, siteProfile }: Sources): string[] {
  if (request.serving !== true) return [];
  const limit = variables.setting('RATE_LIMIT_MAX_REQUESTS') ?? user.rate_limit?.max_requests ?? 0;
  const isTelling = variables.flag('MXCP_TELEMETRY_ENABLED') ?? userProfile.telemetry?.enabled ?? false;
  const { integrity = 'none', retention_days: retention = {} } = siteProfile.audit ?? {};
  const isKeptForDays = Object.values(retention).some((days) => days !== null);
  return [
    ...(user.transport?.http?.tls
      ? ['transport.http.tls has no effect in this version: end TLS at a proxy']
      : []),
    ...(Number(limit) === 0 ? [] : ['rate_limit has no effect in this version: limit calls at a proxy']),
    ...(isTelling ? ['telemetry.enabled has no effect in this version: let Prometheus read /metrics'] : []),
    ...(integrity === 'none'
      ? []
      : ['audit.integrity has no effect in this version: copy the audit log to where nobody can change it']),
    ...(isKeptForDays
      ? ['audit.retention_days has no effect in this version: delete old files of the audit log yourself']
      : []),
  ];
}
