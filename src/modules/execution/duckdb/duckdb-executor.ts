import { Deadline } from '../../../common/async/deadline.js';
import { isClientCall } from '../../../common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../../common/domain/endpoint.js';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import { AppError } from '../../../common/errors/app-error.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
} from '../../../common/errors/endpoint-errors.js';
import type { Execution, Executor } from '../../../common/ports/executor.js';
import type { DatabaseClient } from './database-client.js';
import { reasonOf } from './database-file.js';
import { Interruption } from './interruption.js';
import type { Session } from './session.js';
import { checkSource } from './source-check.js';
import { runSource, type SqlSource } from './source-runner.js';
import { SqlArguments, sqlFailure } from './sql-arguments.js';
import { callerFacts } from './user-functions.js';

export interface DuckDbOptions {
  /** `sql_tools.readonly`: SQL that MCP clients write may only read. */
  readonly clientsOnlyRead: boolean;
  /** Longest that one source may run; null leaves it to the call's deadline. */
  readonly statementTimeoutMs: number | null;
}

/** Runs SQL endpoints on DuckDB (endpoints.md §3). */
export class DuckDbExecutor implements Executor {
  readonly language = 'sql';

  constructor(
    private readonly client: DatabaseClient,
    private readonly options: DuckDbOptions,
  ) {}

  /** What preparing says about the source against the live database; nothing is executed. */
  async check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    if (endpoint.source.kind === 'argument') return [];
    const sql = codeOf(endpoint);
    if (sql === null) return [problem(endpoint, unreadable(endpoint))];
    const findings = await this.client.use(
      { isSlow: false, signal: new AbortController().signal },
      (session) => checkSource(session, sql, endpoint.parameters),
    );
    return findings.map(({ message, severity }) => ({ ...problem(endpoint, message), severity }));
  }

  async execute(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output> {
    const source = this.sourceOf(endpoint, input, execution);
    const pace = source.profile ?? this.client.profiles.of(`argument:${endpoint.id}`);
    try {
      const rows = await this.client.measure(pace, execution.signal, (session) =>
        this.runWithinTime(session, source, execution),
      );
      return valueOutput(rows);
    } catch (error) {
      throw execution.signal.aborted ? new ExecutionCancelledError() : failureOf(error);
    }
  }

  /** Interrupts what runs and lets go of the database. */
  dispose(): Promise<void> {
    return this.client.close();
  }

  /** `duckdb.statement_timeout_ms` counts from here, without the wait for a connection. */
  private async runWithinTime(
    session: Session,
    source: SqlSource,
    { limits, signal }: Execution,
  ): Promise<readonly JsonObject[]> {
    const timeoutMs = this.options.statementTimeoutMs ?? 0;
    using deadline = new Deadline(signal, timeoutMs);
    const interruption = new Interruption(session, deadline.signal);
    try {
      return await runSource(session, source, { rowLimit: limits.rows, signal: deadline.signal });
    } catch (error) {
      throw deadline.expired ? new ExecutionTimeoutError(timeoutMs) : error;
    } finally {
      interruption[Symbol.dispose]();
    }
  }

  private sourceOf(endpoint: Endpoint, input: JsonObject, { request }: Execution): SqlSource {
    const { source, parameters } = endpoint;
    if (source.kind === 'argument') {
      const [sql, values] = [input[source.sql], input[source.values]];
      return {
        sql: typeof sql === 'string' ? sql : '',
        arguments: new SqlArguments(isJsonObject(values) ? values : {}, []),
        caller: callerFacts(request, false),
        isGuarded: this.options.clientsOnlyRead && isClientCall(request.origin),
        profile: null,
      };
    }
    const sql = codeOf(endpoint);
    if (sql === null) throw new ExecutionFailedError(unreadable(endpoint));
    return {
      sql,
      arguments: new SqlArguments(input, parameters),
      caller: callerFacts(request, true),
      isGuarded: false,
      profile: this.client.profiles.of(sql),
    };
  }
}

function codeOf({ source }: Endpoint): string | null {
  return source.kind === 'inline' || source.kind === 'file' ? source.code : null;
}

function unreadable({ source }: Endpoint): string {
  const reason = source.kind === 'file' ? source.failure : undefined;
  return reason ?? 'Error resolving source code: no SQL';
}

function problem(endpoint: Endpoint, message: string): EndpointProblem {
  return { file: endpoint.file ?? '', location: '', message, severity: 'error', line: null, column: null };
}

function failureOf(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  // the pool interrupts what still runs when it closes
  if (error.message.startsWith('INTERRUPT Error')) return new ExecutionCancelledError();
  return sqlFailure(withoutTrace(reasonOf(error)), error);
}

/** An internal error of DuckDB's lists addresses and paths that are nobody's business. */
function withoutTrace(reason: string): string {
  return reason.split('\n\nStack Trace:')[0] ?? reason;
}
