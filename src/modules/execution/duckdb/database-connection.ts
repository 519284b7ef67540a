import type duckdb from '@duckdb/node-bindings';

/** A connection to the shared database. */
export interface DatabaseConnection {
  readonly native: duckdb.Connection;
  disconnect(): void;
  /** To be told of every error: one that DuckDB does not survive has the file opened anew. */
  failed(error: unknown): void;
}
