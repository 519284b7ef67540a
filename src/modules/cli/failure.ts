import { randomUUID } from 'node:crypto';
import { AppError } from '../../common/errors/app-error.js';
import { ConfigNotFoundError } from '../../common/errors/config-errors.js';
import { EndpointNotFoundError } from '../../common/errors/endpoint-errors.js';
import { DatabaseUnavailableError, InternalError } from '../../common/errors/server-errors.js';
import { nearest } from '../../common/yaml/nearest.js';

/** How an error reads on the command line. */
export interface Failure {
  readonly message: string;
  readonly error: AppError;
  /** What to do, on a line of its own beside the message that scripts match; null when there is nothing to add. */
  readonly advice: string | null;
  /** Whether `Aborted!` ends the output; a missing project is one line only (cli.md §1.5). */
  readonly saysAborted: boolean;
}

const noProject = /^(No mxcp-site\.yml found|mxcp-site\.yml not found in current directory)/;
const debugAdvice = 'Run the command again with --debug to see the cause.';
const databasePrefix = 'Failed to create RuntimeEnvironment: ';

/** Puts any error into the command line's words; what is no AppError becomes an internal error. */
export function failureOf(error: unknown, isDebug: boolean): Failure {
  if (!(error instanceof AppError)) return failureOf(new InternalError(randomUUID(), error), isDebug);
  if (error instanceof ConfigNotFoundError && noProject.test(error.message)) {
    const message = 'No mxcp-site.yml found in current directory or parents';
    return { message, error, advice: null, saysAborted: false };
  }
  const isDatabase = error instanceof DatabaseUnavailableError;
  const message = isDatabase ? databaseText(error.message) : error.message;
  return { message, error, advice: adviceOn(error, isDebug), saysAborted: true };
}

function adviceOn(error: AppError, isDebug: boolean): string | null {
  if (error instanceof InternalError) return isDebug ? null : debugAdvice;
  return error instanceof EndpointNotFoundError ? listAdvice(error) : null;
}

function listAdvice({ target, known }: EndpointNotFoundError): string {
  const meant = nearest(target, known);
  return meant === null ? "See what there is with 'mxcp list'." : `Did you mean '${meant}'?`;
}

/** The text scripts know, and what to do when another process holds the file (cli.md §1.6). */
function databaseText(detail: string): string {
  const text = detail.startsWith(databasePrefix) ? detail : databasePrefix + detail;
  if (!/\block\b/i.test(text) || text.includes('--readonly')) return text;
  return (
    `${text}\nAnother process holds the database. ` +
    'Stop it, or start both it and this command with --readonly.'
  );
}
