import type duckdb from '@duckdb/node-bindings';
import type { SqlCaller } from './sql-engine.js';

/**
 * The plugin functions of a database, as its connections meet them. DuckDB calls a function on any of its threads
 * and says for which connection it was bound; so whose call runs on a connection is noted here.
 */
export interface PluginFunctions {
  /** Makes the functions known to a newly opened instance, by any of its connections. */
  register(connection: duckdb.Connection): void;

  /** From now on the connection's statements may call the functions, in the caller's name. */
  enter(connection: duckdb.Connection, caller: SqlCaller): void;

  /** From now on they may name the functions, but every call gives NULL: nothing is to run. */
  pretend(connection: duckdb.Connection): void;

  /** From now on they cannot reach the functions: a statement that names one does not bind. */
  leave(connection: duckdb.Connection): void;
}

/** Of a project without plugins. */
export const noPluginFunctions: PluginFunctions = {
  register: nothing,
  enter: nothing,
  pretend: nothing,
  leave: nothing,
};

function nothing(): void {
  // there are no functions
}
