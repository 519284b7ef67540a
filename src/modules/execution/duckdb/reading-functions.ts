/** Table functions that read nothing but the database and their own arguments. */
export const readingFunctions: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
  'duckdb_columns',
  'duckdb_constraints',
  'duckdb_databases',
  'duckdb_functions',
  'duckdb_indexes',
  'duckdb_keywords',
  'duckdb_schemas',
  'duckdb_sequences',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'pragma_version',
]);

/** Names that deserve to be told apart in the refusal. */
export const fileReaders = /^(?:read_|parquet_|glob$|sniff_csv$|st_read)/;
