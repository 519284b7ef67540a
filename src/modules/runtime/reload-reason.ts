import { AppError } from '../../common/errors/app-error.js';
import { EndpointsInvalidError } from '../../common/errors/endpoint-errors.js';

/** Why something failed, for a report and the log; a defect's own words stay in the log. */
export function reasonOf(error: unknown): string {
  if (error instanceof EndpointsInvalidError) {
    const files = new Set(error.problems.map(({ file }) => file));
    return `${error.message}: ${[...files].join(', ')}`;
  }
  return error instanceof AppError ? error.message : 'Internal error';
}

/** The first line: what follows can be a piece of SQL. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
