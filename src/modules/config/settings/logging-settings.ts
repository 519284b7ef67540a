import { resolve } from 'node:path';
import type { LoggingConfig, LogLevelName } from '../../../common/domain/app-config.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import { over } from '../defaults.js';
import type { Sources } from './sources.js';

const levels: Readonly<Record<string, LogLevelName>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warning',
  warn: 'warning',
  error: 'error',
  critical: 'critical',
};

/**
 * `logging` of the user file and the variables above it (operations.md §9).
 * @throws ConfigInvalidError for a level of `MXCP_LOG_LEVEL` or `MCP_LOG_LEVEL` that does not exist
 */
export function loggingSettings(sources: Sources): LoggingConfig {
  const { root, environment, variables, user, defaults } = sources;
  const logging = over(defaults.user.logging, user.logging);
  const isDevelopment = variables.value('NODE_ENV') === 'development';
  const path = logging.enabled && logging.path ? environment.expandHome(logging.path) : null;
  return {
    level: levelOf(sources),
    format: logging.format ?? formatOf(sources),
    path: path === null ? null : resolve(root, path),
    maxBytes: logging.max_bytes,
    backupCount: logging.backup_count,
    accessIp: logging.access_ip,
    includeStack: logging.includeStack ?? isDevelopment,
  };
}

/** The level that a word of the environment names, `warn` included. */
export function levelNamed(word: string): LogLevelName | undefined {
  const name = word.trim().toLowerCase();
  return Object.hasOwn(levels, name) ? levels[name] : undefined;
}

function levelOf({ request, variables, user, defaults }: Sources): LogLevelName {
  const isDebugging =
    request.debug === true ||
    variables.flag('MXCP_DEBUG') === true ||
    (variables.setting('DEBUG') ?? '').split(/[\s,]+/).some((pattern) => pattern.startsWith('mcp:'));
  if (isDebugging) return 'debug';
  for (const name of ['MXCP_LOG_LEVEL', 'MCP_LOG_LEVEL']) {
    const word = variables.setting(name);
    if (word !== undefined) return levelNamed(word) ?? refuse(name);
  }
  // a name that other programs use too: a word of theirs is no error of ours
  const shared = levelNamed(variables.setting('LOG_LEVEL') ?? '');
  if (shared !== undefined) return shared;
  const preset = levelNamed(defaults.user.logging.level) ?? 'warning';
  if (user.logging?.enabled === false) return preset;
  const written = user.logging?.level;
  if (written !== undefined) return levelNamed(written) ?? preset;
  return request.serving === true ? 'info' : preset;
}

function refuse(name: string): never {
  throw new ConfigInvalidError(`${name}: Input should be 'debug', 'info', 'warning', 'error' or 'critical'`);
}

function formatOf({ environment, variables }: Sources): 'json' | 'text' {
  const mode = variables.value('NODE_ENV');
  if (mode === 'production') return 'json';
  return mode === 'development' || environment.isTerminal ? 'text' : 'json';
}
