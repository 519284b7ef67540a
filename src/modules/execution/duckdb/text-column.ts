import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** The first column of a query's result, as texts. */
export async function textColumn(connection: duckdb.Connection, sql: string): Promise<readonly string[]> {
  const result = await duckdb.query(connection, sql);
  return Array.from({ length: duckdb.result_chunk_count(result) }, (_, index) =>
    new DuckDBDataChunk(duckdb.result_get_chunk(result, index)).getColumnValues(0).map(String),
  ).flat();
}
