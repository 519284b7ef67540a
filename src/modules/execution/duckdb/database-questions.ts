import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { TableShape } from '../../../common/ports/database.js';
import type { SharedDatabase } from './shared-database.js';

const columnsSql = `SELECT table_schema, table_name, column_name, data_type, is_nullable
FROM information_schema.columns
WHERE table_schema = 'main' AND table_catalog = current_database()
ORDER BY table_name, ordinal_position`;

/** Questions to the database for health and drift. Each is asked on a connection of its own. */
export class DatabaseQuestions {
  #ping: Promise<void> | null = null;

  constructor(private readonly database: SharedDatabase) {}

  /** Never waits behind calls; while one question is open, whoever asks shares its answer. */
  ping(): Promise<void> {
    this.#ping ??= this.ask('SELECT 1')
      .then(() => undefined)
      .finally(() => {
        this.#ping = null;
      });
    return this.#ping;
  }

  async describe(): Promise<readonly TableShape[]> {
    const rows = await this.ask(columnsSql);
    const tables = Map.groupBy(rows, ([, table = '']) => table);
    return [...tables].map(([name, columns]) => ({
      schema: 'main',
      name,
      columns: columns.map(([, , column = '', type = '', nullable]) => ({
        name: column,
        type,
        nullable: nullable === 'YES',
      })),
    }));
  }

  private async ask(sql: string): Promise<readonly (readonly string[])[]> {
    const connection = await this.database.connect();
    try {
      const result = await duckdb.query(connection.native, sql);
      return Array.from({ length: duckdb.result_chunk_count(result) }, (_, index) =>
        new DuckDBDataChunk(duckdb.result_get_chunk(result, index))
          .getRows()
          .map((row) => row.map((value) => String(value))),
      ).flat();
    } catch (error) {
      connection.failed(error);
      throw error;
    } finally {
      connection.disconnect();
    }
  }
}
