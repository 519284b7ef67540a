import { AppError } from '../../common/errors/app-error.js';
import { errorCatalog } from '../../common/errors/error-catalog.js';

/** What the shell reads (cli.md §1.4). */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

/** The exit code of an error: the catalog's, or 1 for what is in no catalog. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AppError ? errorCatalog[error.code].exit : exitCode.failed;
}
