import duckdb from '@duckdb/node-bindings';
import type { StatementProfiles } from './statement-profiles.js';

/** The one open instance of a database file in this process, shared by the Runtimes that use it. */
export class SharedDatabase {
  /** What was learnt about statements on this database. */
  readonly profiles: StatementProfiles;
  readonly #native: duckdb.Database;

  constructor(native: duckdb.Database, profiles: StatementProfiles) {
    this.#native = native;
    this.profiles = profiles;
  }

  /** A connection of its own; the caller disconnects it. */
  connect(): Promise<duckdb.Connection> {
    return duckdb.connect(this.#native);
  }
}
