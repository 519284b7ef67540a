import { DuckDBDataChunk, DuckDBLogicalType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { TypedRows } from '../../../common/domain/sql-value.js';
import { uniqueNames } from './column-names.js';
import { jsonOf } from './values/row-values.js';
import { sqlTypeOf } from './values/sql-types.js';
import { typedOf } from './values/typed-values.js';
import type { ZoneOffset } from './values/zone-offset.js';

/** Turns the chunks of one result into pieces of another form. */
export interface Shape<T> {
  pieceOf(chunk: duckdb.DataChunk): T;
  /** What stands for a result without rows; null for nothing. */
  readonly empty: T | null;
}

/** Rows as SQL endpoints answer them (endpoints.md §2.8). */
export class JsonShape implements Shape<readonly JsonObject[]> {
  readonly empty = null;
  readonly names: readonly string[];
  /** False when a column has the one name that an ordinary object cannot take as a member. */
  readonly #isPlain: boolean;

  constructor(
    result: duckdb.Result,
    private readonly offsetAt: ZoneOffset,
  ) {
    this.names = columnNames(result);
    this.#isPlain = !this.names.includes('__proto__');
  }

  pieceOf(native: duckdb.DataChunk): readonly JsonObject[] {
    const chunk = new DuckDBDataChunk(native);
    const columns = this.names.map((name, index) => [name, chunk.getColumnVector(index)] as const);
    return Array.from({ length: chunk.rowCount }, (_, row) => {
      const members = this.emptyRow();
      for (const [name, vector] of columns) members[name] = jsonOf(vector.getItem(row), this.offsetAt);
      return members;
    });
  }

  private emptyRow(): Record<string, JsonValue> {
    return this.#isPlain ? {} : (Object.create(null) as Record<string, JsonValue>);
  }
}

/** Rows that keep every digit and say their types. */
export class TypedShape implements Shape<TypedRows> {
  readonly empty: TypedRows;
  readonly #columns: TypedRows['columns'];

  constructor(result: duckdb.Result) {
    this.#columns = columnNames(result).map((name, index) => ({
      name,
      type: sqlTypeOf(DuckDBLogicalType.create(duckdb.column_logical_type(result, index)).asType()),
    }));
    this.empty = { columns: this.#columns, rows: [] };
  }

  pieceOf(native: duckdb.DataChunk): TypedRows {
    const chunk = new DuckDBDataChunk(native);
    const columns = this.#columns.map(({ type }, index) => ({ type, vector: chunk.getColumnVector(index) }));
    const rows = Array.from({ length: chunk.rowCount }, (_, row) =>
      columns.map(({ type, vector }) => typedOf(vector.getItem(row), type)),
    );
    return { columns: this.#columns, rows };
  }
}

function columnNames(result: duckdb.Result): readonly string[] {
  return uniqueNames(
    Array.from({ length: duckdb.column_count(result) }, (_, index) => duckdb.column_name(result, index)),
  );
}
