import { runningUser } from '../domain/running-user.js';
import { AppError, type ErrorExtras } from './app-error.js';
import { hasErrorCode, osErrorText } from './os-error.js';

/** No project, site file or named user file. */
export class ConfigNotFoundError extends AppError {
  constructor(message: string) {
    super('CONFIG_NOT_FOUND', message);
  }
}

/** A configuration file that cannot be used; the message names file, line and field, never a value. */
export class ConfigInvalidError extends AppError {
  constructor(message: string, extras: ErrorExtras = {}) {
    super('CONFIG_INVALID', message, extras);
  }
}

/** A file or folder of the configuration that is there and cannot be read. */
export class ConfigUnreadableError extends ConfigInvalidError {
  /** @param what the path, perhaps after the name of what gave it */
  constructor(what: string, cause: unknown) {
    const isDenied = hasErrorCode(cause, 'EACCES', 'EPERM');
    const remedy = isDenied ? `. Let ${runningUser()} read it.` : '';
    super(`Cannot read ${what}: ${osErrorText(cause)}${remedy}`, { cause });
  }
}

/** The user file that a variable names is absent. */
export class UserConfigNotFoundError extends ConfigNotFoundError {
  constructor(path: string) {
    super(`MXCP user config not found at ${path}. Create that file, or name another with MXCP_CONFIG.`);
  }
}

/** One or more `${VAR}`, `file://`, `vault://` or `op://` references that could not be resolved. */
export class SecretUnresolvedError extends AppError {
  constructor(message: string, extras: ErrorExtras = {}) {
    super('SECRET_UNRESOLVED', message, extras);
  }
}

/** The command line or a request was put together wrongly; nothing was done. */
export class UsageError extends AppError {
  constructor(message: string) {
    super('USAGE_INVALID', message);
  }
}

/** Text that is not YAML; `detail` is the parser's first line, line and column count from 1. */
export class YamlSyntaxError extends AppError {
  constructor(
    readonly file: string,
    readonly detail: string,
    readonly line: number,
    readonly column: number,
  ) {
    super('CONFIG_INVALID', `${file}:${line}:${column}: ${detail}`);
  }
}
