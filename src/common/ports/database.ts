import type { CallRequest } from '../domain/call.js';
import type { JsonObject } from '../domain/json.js';
import type { SqlValues, TypedRows } from '../domain/sql-value.js';

/** A table or view and its columns. */
export interface TableShape {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
}

/** How many pooled connections are in which state. */
export interface PoolState {
  readonly idle: number;
  readonly inUse: number;
  readonly waiting: number;
}

/**
 * SQL of endpoint code on behalf of one call. Statements run one after the other. What one of them leaves behind
 * (a transaction, a temporary table, a setting) is there for the next and gone with the session; an open
 * transaction is rolled back.
 */
export interface DatabaseSession {
  /**
   * Runs statements and gives the rows of the last, piece by piece, as SQL endpoints answer them
   * (endpoints.md §2.8, §3.3). The user functions answer for the session's caller.
   * @throws ExecutionFailedError whose message is DuckDB's own, ExecutionCancelledError
   */
  rows(sql: string, values: SqlValues, signal: AbortSignal): AsyncIterable<readonly JsonObject[]>;

  /** As `rows`, with the column types; at least one piece, also when there are no rows. */
  typedRows(sql: string, values: SqlValues, signal: AbortSignal): AsyncIterable<TypedRows>;

  /** Gives the database back; interrupts what still runs. */
  close(): Promise<void>;
}

/** The project's database as endpoint code, health, metrics and drift see it. */
export abstract class Database {
  /** @param request whose call it is; null for the system: imports and hooks */
  abstract open(request: CallRequest | null): DatabaseSession;

  /** Answers once the database answered a trivial statement. */
  abstract ping(): Promise<void>;

  /** Tables and views of schema `main`, by name. */
  abstract describe(): Promise<readonly TableShape[]>;

  abstract pool(): PoolState;
}
