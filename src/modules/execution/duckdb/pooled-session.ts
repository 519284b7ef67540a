import duckdb from '@duckdb/node-bindings';
import type { DatabaseConnection } from './database-connection.js';
import { PreparedStatement } from './prepared-statement.js';
import type { SharedDatabase } from './shared-database.js';
import type { SqlCaller } from './sql-engine.js';
import { textColumn } from './text-column.js';
import { callerValue, nobody, setCallerSql, userFunctionsSql, type CallerFacts } from './user-functions.js';
import { zoneOffset, type ZoneOffset } from './values/zone-offset.js';

/** Statements that a connection keeps prepared; the one unused for longest goes first. */
const KEPT_STATEMENTS = 100;

/** One connection: the user functions, the statements it keeps prepared, and whether it is still clean. */
export class PooledSession {
  /** True once something ran that may outlive the call: the connection must not serve another. */
  isDirty = false;
  /** Told when the connection must be given back although nothing runs on it. */
  onRevoked: (() => void) | null = null;
  #isRevoked = false;
  readonly #kept = new Map<string, PreparedStatement>();
  readonly #own = new Map<string, PreparedStatement>();
  #keptEpoch = 0;
  #caller: CallerFacts = nobody;

  private constructor(
    readonly database: SharedDatabase,
    private readonly connection: DatabaseConnection,
    readonly openedMs: number,
    private readonly setCallerStatement: PreparedStatement,
    private zone: ZoneOffset,
  ) {}

  /** @param nowMs on the monotonic clock */
  static async open(database: SharedDatabase, nowMs: number): Promise<PooledSession> {
    const connection = await database.connect();
    const { native } = connection;
    try {
      const setCaller = new PreparedStatement(await duckdb.prepare(native, setCallerSql));
      const session = new PooledSession(database, connection, nowMs, setCaller, () => 0);
      await session.writeCaller(nobody);
      await duckdb.query(native, userFunctionsSql);
      await session.refreshZone();
      return session;
    } catch (error) {
      connection.failed(error);
      connection.disconnect();
      throw error;
    }
  }

  get native(): duckdb.Connection {
    return this.connection.native;
  }

  /** To be told of every error of its statements. */
  failed(error: unknown): void {
    this.connection.failed(error);
  }

  /** Offsets of the zone that TIMESTAMPTZ is written in. */
  get offsetAt(): ZoneOffset {
    return this.zone;
  }

  /** To be called when a statement may have set `TimeZone`. */
  async refreshZone(): Promise<void> {
    const [name = 'UTC'] = await textColumn(this.native, "SELECT current_setting('TimeZone')");
    this.zone = zoneOffset(name);
  }

  /** Makes user and plugin functions answer for this caller, in statements prepared from now on. */
  async setCaller(caller: SqlCaller): Promise<void> {
    this.database.functions.enter(this.native, caller);
    await this.setFacts(caller.facts);
  }

  /** Makes user functions answer for nobody and plugin functions unreachable. */
  async setNobody(): Promise<void> {
    this.database.functions.leave(this.native);
    await this.setFacts(nobody);
  }

  /** Lets statements be prepared that name plugin functions, without ever calling one. */
  pretend(): void {
    this.database.functions.pretend(this.native);
  }

  /** To be called when a call is done with the connection. */
  leave(): void {
    this.database.functions.leave(this.native);
  }

  /** A statement that this connection keeps for its next use. To be asked for once per call, not destroyed. */
  async keptStatement(sql: string): Promise<PreparedStatement> {
    this.forgetStale();
    const known = this.#kept.get(sql);
    if (known !== undefined) {
      this.#kept.delete(sql);
      this.#kept.set(sql, known);
      return known;
    }
    const statement = await this.prepare(sql);
    this.#kept.set(sql, statement);
    if (this.#kept.size > KEPT_STATEMENTS) this.forgetOldest();
    return statement;
  }

  /** A statement of our own that no change of the catalog outdates, such as `BEGIN TRANSACTION`. */
  async ownStatement(sql: string): Promise<PreparedStatement> {
    const known = this.#own.get(sql);
    if (known !== undefined) return known;
    const statement = await this.prepare(sql);
    this.#own.set(sql, statement);
    return statement;
  }

  /** A statement for one use; the caller destroys it. */
  async prepare(sql: string): Promise<PreparedStatement> {
    return new PreparedStatement(await duckdb.prepare(this.native, sql));
  }

  /** Runs a statement of our own whose result does not matter. */
  async run(sql: string): Promise<void> {
    await (await this.ownStatement(sql)).execute();
  }

  /** False when the connection is gone, or its transaction was given up. */
  async answers(): Promise<boolean> {
    try {
      await this.run('SELECT 1');
      return true;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  }

  interrupt(): void {
    duckdb.interrupt(this.native);
  }

  /** True once the database wants the connection back. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  /** Interrupts what runs; whoever has the connection gives it back at once. */
  revoke(): void {
    this.#isRevoked = true;
    this.isDirty = true;
    this.interrupt();
    this.onRevoked?.();
  }

  close(): void {
    this.forgetAll();
    for (const statement of this.#own.values()) statement.destroy();
    this.setCallerStatement.destroy();
    this.connection.disconnect();
  }

  private async setFacts(facts: CallerFacts): Promise<void> {
    if (facts !== this.#caller) await this.writeCaller(facts);
  }

  private async writeCaller(facts: CallerFacts): Promise<void> {
    duckdb.bind_value(this.setCallerStatement.native, 1, callerValue(facts));
    await this.setCallerStatement.execute();
    this.#caller = facts;
  }

  private forgetStale(): void {
    if (this.#keptEpoch === this.database.profiles.epoch) return;
    this.forgetAll();
    this.#keptEpoch = this.database.profiles.epoch;
  }

  private forgetOldest(): void {
    for (const [sql, statement] of this.#kept) {
      this.#kept.delete(sql);
      statement.destroy();
      return;
    }
  }

  private forgetAll(): void {
    for (const statement of this.#kept.values()) statement.destroy();
    this.#kept.clear();
  }
}
