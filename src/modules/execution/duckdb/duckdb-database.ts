import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { CallRequest } from '../../../common/domain/call.js';
import type { Database, DatabaseSession, PoolState, TableShape } from '../../../common/ports/database.js';
import type { DatabaseClient } from './database-client.js';
import { SqlSession } from './sql-session.js';
import { callerFacts, nobody } from './user-functions.js';

const columnsSql = `SELECT table_schema, table_name, column_name, data_type, is_nullable
FROM information_schema.columns
WHERE table_schema = 'main' AND table_catalog = current_database()
ORDER BY table_name, ordinal_position`;

/** The project's database for health, metrics and drift. Asks on a connection of its own each time. */
export class DuckDbDatabase implements Database {
  #ping: Promise<void> | null = null;

  /** @param statementTimeoutMs longest that one statement of endpoint code may run; null for no limit of its own */
  constructor(
    private readonly client: DatabaseClient,
    private readonly statementTimeoutMs: number | null,
  ) {}

  open(request: CallRequest | null): DatabaseSession {
    const caller = request === null ? nobody : callerFacts(request, true);
    return new SqlSession(this.client, caller, this.statementTimeoutMs ?? 0);
  }

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

  pool(): PoolState {
    return this.client.poolState();
  }

  private async ask(sql: string): Promise<readonly (readonly string[])[]> {
    const connection = await this.client.database.connect();
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
