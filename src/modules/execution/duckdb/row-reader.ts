import { setImmediate as nextTurn } from 'node:timers/promises';
import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import { OutputTooLargeError } from '../../../common/errors/endpoint-errors.js';
import { uniqueNames } from './column-names.js';
import { jsonOf } from './values/row-values.js';
import type { ZoneOffset } from './values/zone-offset.js';

/** Reads a result as row objects, piece by piece, so that the event loop is never held for long. */
export class RowReader {
  readonly #names: readonly string[];
  /** False when a column has the one name that an ordinary object cannot take as a member. */
  readonly #isPlain: boolean;
  readonly #rows: JsonObject[] = [];

  /** @param rowLimit 0 for none */
  constructor(
    private readonly result: duckdb.Result,
    private readonly offsetAt: ZoneOffset,
    private readonly rowLimit: number,
  ) {
    this.#names = uniqueNames(
      Array.from({ length: duckdb.column_count(result) }, (_, index) => duckdb.column_name(result, index)),
    );
    this.#isPlain = !this.#names.includes('__proto__');
  }

  /**
   * Every row.
   * @throws OutputTooLargeError at the first row beyond the limit
   */
  async read(signal: AbortSignal): Promise<readonly JsonObject[]> {
    if (duckdb.result_is_streaming(this.result)) return this.readStream(signal);
    const count = duckdb.result_chunk_count(this.result);
    for (let index = 0; index < count; index += 1) {
      if (index > 0) await nextTurn();
      signal.throwIfAborted();
      this.add(duckdb.result_get_chunk(this.result, index));
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

  private add(native: duckdb.DataChunk): void {
    const chunk = new DuckDBDataChunk(native);
    const { rowCount } = chunk;
    if (this.rowLimit > 0 && this.#rows.length + rowCount > this.rowLimit) throw tooManyRows(this.rowLimit);
    const columns = this.#names.map((name, index) => [name, chunk.getColumnVector(index)] as const);
    for (let row = 0; row < rowCount; row += 1) {
      const members = this.emptyRow();
      for (const [name, vector] of columns) members[name] = jsonOf(vector.getItem(row), this.offsetAt);
      this.#rows.push(members);
    }
  }

  private emptyRow(): Record<string, JsonValue> {
    return this.#isPlain ? {} : (Object.create(null) as Record<string, JsonValue>);
  }
}

function tooManyRows(limit: number): OutputTooLargeError {
  return new OutputTooLargeError(
    `The answer has more than the ${limit} rows allowed. ` +
      'Ask for less: a narrower filter, an aggregate, a LIMIT; or raise limits.rows.',
  );
}
