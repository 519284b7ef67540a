import duckdb from '@duckdb/node-bindings';
import { PreparedStatement } from './prepared-statement.js';
import type { PooledSession } from './pooled-session.js';

/** A source split into its statements by DuckDB's own parser. Each can be prepared once, in any order. */
export class ExtractedSource {
  private constructor(
    private readonly session: PooledSession,
    private readonly native: duckdb.ExtractedStatements,
    /** 0 for a source of blanks and comments. */
    readonly count: number,
  ) {}

  /** @throws SyntaxError with DuckDB's message when the source is not SQL */
  static async of(session: PooledSession, sql: string): Promise<ExtractedSource> {
    const { extracted_statements: native, statement_count: count } = await duckdb.extract_statements(
      session.native,
      sql,
    );
    const reason = count === 0 ? syntaxError(native) : null;
    if (reason !== null) throw new SyntaxError(reason);
    return new ExtractedSource(session, native, count);
  }

  /** @param index from 0; the caller destroys the statement */
  async prepare(index: number): Promise<PreparedStatement> {
    return new PreparedStatement(
      await duckdb.prepare_extracted_statement(this.session.native, this.native, index),
    );
  }
}

/** Null when there was nothing wrong: asking for the message is then an error of the driver's. */
function syntaxError(native: duckdb.ExtractedStatements): string | null {
  try {
    return duckdb.extract_statements_error(native);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
