import duckdb from '@duckdb/node-bindings';
import type { DatabaseConnection } from './database-connection.js';
import { withNullParameters } from '../../../common/domain/sql-literals.js';
import { StatementProfile } from './statement-profile.js';
import { quotedName } from './sql-text.js';
import { textColumn } from './text-column.js';

/** Sources that are remembered; the one unused for longest is forgotten first. */
const PROFILE_LIMIT = 1000;

/** Functions whose answer DuckDB fixes when it binds a statement. */
const fixedAtBind = ['getvariable', 'current_setting'];
/** Table functions that a statement may keep bound: they read nothing from outside. */
const harmless = ['range', 'generate_series', 'unnest', 'repeat', 'json_each', 'json_tree'];
const catalogReaders = [
  'duckdb_tables',
  'duckdb_views',
  'duckdb_columns',
  'duckdb_schemas',
  'duckdb_databases',
];

/** What is known of the statements on one database: one entry per source. */
export class StatementProfiles {
  readonly #profiles = new Map<string, StatementProfile>();
  #epoch = 0;
  #probe: DatabaseConnection | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly connect: () => Promise<DatabaseConnection>) {}

  /** Rises with everything that may change what a statement means; a statement prepared before is stale. */
  get epoch(): number {
    return this.#epoch;
  }

  /** To be called before and after a statement that may change the catalog. */
  catalogChanged(): void {
    this.#epoch += 1;
  }

  of(key: string): StatementProfile {
    const profile = this.#profiles.get(key) ?? new StatementProfile();
    this.#profiles.delete(key);
    this.#profiles.set(key, profile);
    if (this.#profiles.size > PROFILE_LIMIT) {
      for (const oldest of this.#profiles.keys()) {
        this.#profiles.delete(oldest);
        break;
      }
    }
    return profile;
  }

  /**
   * Whether one prepared statement may answer every caller. DuckDB fixes session variables, and so the user
   * functions, when it binds, also through views and macros (architecture.md §9): so the statement is bound
   * where neither those functions nor anything that reads files exists. What binds there cannot reach them.
   * DuckDB puts off binding at the first parameter whose type only its value tells, so the statement must bind
   * with NULL in their place too.
   */
  async isReusable(sql: string, profile: StatementProfile): Promise<boolean> {
    const epoch = this.#epoch;
    const known = profile.reusable(epoch);
    if (known !== null) return known;
    const answer = await this.inTurn(
      async () => (await this.binds(sql)) && this.binds(withNullParameters(sql), 0),
    );
    profile.learnReusable(answer, epoch);
    return answer;
  }

  /** Lets go of the probing connection; the next question opens another. */
  close(): Promise<void> {
    return this.inTurn(() => {
      const probe = this.#probe;
      this.#probe = null;
      this.catalogChanged();
      probe?.disconnect();
      return Promise.resolve();
    });
  }

  /** @param mostParameters more than these are a no: one that was not replaced would put off binding again */
  private async binds(sql: string, mostParameters = Infinity): Promise<boolean> {
    this.#probe ??= await this.openProbe();
    const { native } = this.#probe;
    try {
      const statement = await duckdb.prepare(native, sql);
      const hasFewEnough = duckdb.nparams(statement) <= mostParameters;
      duckdb.destroy_prepare_sync(statement);
      return hasFewEnough;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  }

  private async openProbe(): Promise<DatabaseConnection> {
    const connection = await this.connect();
    try {
      await duckdb.query(connection.native, await shadowsSql(connection.native));
      return connection;
    } catch (error) {
      connection.disconnect();
      throw error;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Hides every function that a kept statement must not reach. */
async function shadowsSql(connection: duckdb.Connection): Promise<string> {
  const found = await textColumn(
    connection,
    "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table'",
  );
  const kept = new Set([...harmless, ...catalogReaders]);
  // no call has nine arguments, so every call of a hidden name fails to bind
  const parameters = Array.from({ length: 9 }, (_, index) => `p${index}`).join(', ');
  const tables = found
    .filter((name) => !kept.has(name))
    .map((name) => `CREATE TEMP MACRO ${quotedName(name)}(${parameters}) AS TABLE SELECT p0`);
  const scalars = fixedAtBind.map((name) => `CREATE TEMP MACRO ${quotedName(name)}(${parameters}) AS p0`);
  return [...tables, ...scalars].join(';\n');
}
