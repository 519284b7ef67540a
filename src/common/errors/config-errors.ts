import { AppError, type ErrorExtras } from './app-error.js';

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
