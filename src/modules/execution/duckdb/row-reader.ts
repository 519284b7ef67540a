import { setImmediate as nextTurn } from 'node:timers/promises';
import duckdb from '@duckdb/node-bindings';
import type { JsonObject } from '../../../common/domain/json.js';
import { orderOf, type Order } from '../../../common/domain/ordered-object.js';
import { OutputTooLargeError } from '../../../common/errors/endpoint-errors.js';
import { tooManyRows } from '../too-large.js';
import { JsonShape, type Shape } from './row-shape.js';
import type { ZoneOffset } from './values/zone-offset.js';

/** Reads a result as row objects with their columns in order, piece by piece, so that the event loop is never held for long. */
export class RowReader {
  readonly #shape: JsonShape;
  readonly #order: Order | null;
  readonly #rows: JsonObject[] = [];

  /** @param rowLimit 0 for none */
  constructor(
    private readonly result: duckdb.Result,
    offsetAt: ZoneOffset,
    private readonly rowLimit: number,
  ) {
    this.#shape = new JsonShape(result, offsetAt);
    this.#order = orderOf(this.#shape.names);
  }

  /**
   * Every row.
   * @throws OutputTooLargeError at the first row beyond the limit
   */
  async read(signal: AbortSignal): Promise<readonly JsonObject[]> {
    if (duckdb.result_is_streaming(this.result)) return this.readStream(signal);
    for await (const chunk of chunksOf(this.result)) {
      signal.throwIfAborted();
      this.add(chunk);
    }
    return this.#rows;
  }

  private async readStream(signal: AbortSignal): Promise<readonly JsonObject[]> {
    for (;;) {
      const chunk = await duckdb.fetch_chunk(this.result);
      if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) return this.#rows;
      signal.throwIfAborted();
      this.add(chunk);
    }
  }

  private add(chunk: duckdb.DataChunk): void {
    const rowCount = duckdb.data_chunk_get_size(chunk);
    if (this.rowLimit > 0 && this.#rows.length + rowCount > this.rowLimit) {
      throw new OutputTooLargeError(tooManyRows(this.rowLimit));
    }
    for (const row of this.#shape.pieceOf(chunk)) this.#rows.push(this.#order?.(row) ?? row);
  }
}

/** A result that was run to its end, a piece for each of DuckDB's chunks. */
export async function* piecesOf<T>(result: duckdb.Result, shape: Shape<T>): AsyncGenerator<T> {
  let isEmpty = true;
  for await (const chunk of chunksOf(result)) {
    isEmpty = false;
    yield shape.pieceOf(chunk);
  }
  if (isEmpty && shape.empty !== null) yield shape.empty;
}

/** Between two chunks others get their turn. */
async function* chunksOf(result: duckdb.Result): AsyncGenerator<duckdb.DataChunk> {
  const count = duckdb.result_chunk_count(result);
  for (let index = 0; index < count; index += 1) {
    if (index > 0) await nextTurn();
    yield duckdb.result_get_chunk(result, index);
  }
}
