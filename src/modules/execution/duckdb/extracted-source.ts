import duckdb from '@duckdb/node-bindings';
import { PreparedStatement } from './prepared-statement.js';
import type { Session } from './session.js';

/** A source split into its statements by DuckDB's own parser. Each can be prepared once, in any order. */
export class ExtractedSource {
  private constructor(
    private readonly session: Session,
    private readonly native: duckdb.ExtractedStatements | null,
    readonly count: number,
  ) {}

  /** @throws Error with DuckDB's message when the source is not SQL; a source of comments has no statement */
  static async of(session: Session, sql: string): Promise<ExtractedSource> {
    const found = await extract(session, sql);
    if (found === null) return new ExtractedSource(session, null, 0);
    const { extracted_statements: native, statement_count: count } = found;
    if (count === 0) throw new SyntaxError(duckdb.extract_statements_error(native));
    return new ExtractedSource(session, native, count);
  }

  /** @param index from 0; the caller destroys the statement */
  async prepare(index: number): Promise<PreparedStatement> {
    if (this.native === null) throw new RangeError('A source without statements');
    return new PreparedStatement(
      await duckdb.prepare_extracted_statement(this.session.native, this.native, index),
    );
  }
}

/** Null when there is nothing to run: the driver then throws without saying why. */
async function extract(session: Session, sql: string): Promise<duckdb.ExtractedStatementsAndCount | null> {
  try {
    return await duckdb.extract_statements(session.native, sql);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
