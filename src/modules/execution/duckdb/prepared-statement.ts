import duckdb from '@duckdb/node-bindings';

/** One prepared statement: its parameters and how to run it. */
export class PreparedStatement {
  /** Parameter names as the SQL writes them, by position; `?` counts as `1`, `2`, … */
  readonly names: readonly string[];
  readonly type: duckdb.StatementType;

  constructor(readonly native: duckdb.PreparedStatement) {
    this.names = Array.from({ length: duckdb.nparams(native) }, (_, index) =>
      duckdb.parameter_name(native, index + 1),
    );
    this.type = duckdb.prepared_statement_type(native);
  }

  /** Names of the columns, as the SQL gives them; unknown, and then one, while a parameter has no type. */
  get columns(): readonly string[] {
    return Array.from({ length: duckdb.prepared_statement_column_count(this.native) }, (_, index) =>
      duckdb.prepared_statement_column_name(this.native, index),
    );
  }

  /** The whole result in memory. */
  execute(): Promise<duckdb.Result> {
    return duckdb.execute_prepared(this.native);
  }

  /** The result as it is fetched; nothing else may run on the connection until it was read to its end. */
  stream(): Promise<duckdb.Result> {
    return duckdb.execute_prepared_streaming(this.native);
  }

  destroy(): void {
    duckdb.destroy_prepare_sync(this.native);
  }
}

const { StatementType } = duckdb;

const plain: ReadonlySet<duckdb.StatementType> = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.COPY,
]);

/** False for statements that may leave something behind: objects, settings, variables, a transaction. */
export function isPlain(type: duckdb.StatementType): boolean {
  return plain.has(type);
}
