import type { JsonObject } from '../../../common/domain/json.js';
import { ExecutionCancelledError } from '../../../common/errors/endpoint-errors.js';
import type { PoolState, TableShape } from '../../../common/ports/database.js';
import type { DatabaseClient } from './database-client.js';
import { DatabaseQuestions } from './database-questions.js';
import { readAll, readRows } from './result-reading.js';
import { checkSource } from './source-check.js';
import { runSource, type ResultUse, type SqlSource } from './source-runner.js';
import { SqlArguments } from './sql-arguments.js';
import type { SourceReport, SqlCall, SqlCaller, SqlEngine } from './sql-engine.js';
import { ENDPOINT_FAILED, failureOf } from './sql-failure.js';
import { SqlSession } from './sql-session.js';
import { withinTime } from './statement-time.js';

const jsonRows: ResultUse<readonly JsonObject[]> = { alone: readRows, last: readAll };

/** Runs SQL on this thread's own DuckDB. */
export class LocalEngine implements SqlEngine {
  readonly #questions: DatabaseQuestions;

  /** @param timeoutMs longest that one source may run; 0 leaves it to the call's deadline */
  constructor(
    private readonly client: DatabaseClient,
    private readonly timeoutMs: number,
  ) {
    this.#questions = new DatabaseQuestions(client.database);
  }

  check(sql: string, declared: readonly string[]): Promise<SourceReport> {
    return this.client.use({ isSlow: false, signal: new AbortController().signal }, (session) => {
      session.pretend();
      return checkSource(session, sql, declared);
    });
  }

  async execute(call: SqlCall, caller: SqlCaller, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const { profiles } = this.client;
    const source: SqlSource = {
      sql: call.sql,
      arguments: new SqlArguments(call.values),
      caller,
      isGuarded: call.isGuarded,
      profile: call.isOwn ? profiles.of(call.sql) : null,
      isPassing: false,
    };
    try {
      return await this.client.measure(source.profile ?? profiles.of(call.pace), signal, (session) =>
        withinTime(session, this.timeoutMs, signal, (within) =>
          runSource(session, source, { rowLimit: call.rowLimit, signal: within }, jsonRows),
        ),
      );
    } catch (error) {
      throw signal.aborted ? new ExecutionCancelledError() : failureOf(error, ENDPOINT_FAILED);
    }
  }

  open(caller: SqlCaller): SqlSession {
    return new SqlSession(this.client, caller, this.timeoutMs);
  }

  ping(): Promise<void> {
    return this.#questions.ping();
  }

  describe(): Promise<readonly TableShape[]> {
    return this.#questions.describe();
  }

  pool(): PoolState {
    return this.client.poolState();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
