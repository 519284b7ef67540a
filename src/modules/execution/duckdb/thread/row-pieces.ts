import type { JsonObject } from '../../../../common/domain/json.js';
import { orderOf } from '../../../../common/domain/ordered-object.js';

/** Rows of one message: as many as DuckDB gives at a time. */
const PIECE_ROWS = 2048;

/** Some rows of an answer, on their way between threads. */
export interface RowPiece {
  /** The columns in their order where the rows lose it on the way, else null. */
  readonly names: readonly string[] | null;
  readonly rows: readonly JsonObject[];
}

/** Rows that keep their columns in order, as messages can carry them. */
export function* rowPieces(rows: readonly JsonObject[]): Generator<RowPiece> {
  const names = Object.keys(rows[0] ?? {});
  const isOrdered = orderOf(names) !== null;
  for (let start = 0; start < rows.length; start += PIECE_ROWS) {
    const piece = rows.length <= PIECE_ROWS ? rows : rows.slice(start, start + PIECE_ROWS);
    yield isOrdered ? { names, rows: piece.map((row) => ({ ...row })) } : { names: null, rows: piece };
  }
}

/** The rows as they were before their way. */
export function rowsOf({ names, rows }: RowPiece): readonly JsonObject[] {
  const order = names === null ? null : orderOf(names);
  return order === null ? rows : rows.map(order);
}
