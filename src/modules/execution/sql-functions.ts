import type { CallRequest } from '../../common/domain/call.js';
import type { SqlType, TypedValue } from '../../common/domain/sql-value.js';
import { ExecutionFailedError } from '../../common/errors/endpoint-errors.js';

/** A scalar function that a plugin offers to SQL. It gets NULLs and is not volatile (python.md §7.2). */
export interface SqlFunction {
  readonly name: string;
  readonly parameters: readonly SqlType[];
  readonly returns: SqlType;
}

/** The functions of one Runtime's plugins and the way to call them. */
export abstract class SqlFunctions {
  abstract readonly functions: readonly SqlFunction[];

  /**
   * Calls a function for every row of a chunk, in order, and gives a value of `returns` for each.
   * @param columns one array of values for each parameter, all of the same length
   * @param rowCount their length, also where there are no parameters
   * @param request whose statement calls it; null for the system's own
   * @param signal fires when nobody waits for the values any more
   * @throws ExecutionFailedError with the first failing row's message, ExecutionCancelledError, WorkerLostError
   */
  abstract call(
    name: string,
    columns: readonly (readonly TypedValue[])[],
    rowCount: number,
    request: CallRequest | null,
    signal: AbortSignal,
  ): Promise<readonly TypedValue[]>;
}

/** Of a project without plugins. */
export class NoSqlFunctions extends SqlFunctions {
  readonly functions = [];

  call(name: string): Promise<never> {
    return Promise.reject(new ExecutionFailedError(`No plugin offers the function '${name}'`));
  }
}
