import { isClientCall } from '../../../common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../../common/domain/endpoint.js';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import { ExecutionCancelledError, ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { Execution, Executor } from '../../../common/ports/executor.js';
import type { DatabaseClient } from './database-client.js';
import { readAll, readRows } from './result-reading.js';
import { checkSource } from './source-check.js';
import { runSource, type ResultUse, type SqlSource } from './source-runner.js';
import { SqlArguments } from './sql-arguments.js';
import { ENDPOINT_FAILED, failureOf } from './sql-failure.js';
import { withinTime } from './statement-time.js';
import { callerFacts } from './user-functions.js';

export interface DuckDbOptions {
  /** `sql_tools.readonly`: SQL that MCP clients write may only read. */
  readonly clientsOnlyRead: boolean;
  /** Longest that one source may run; null leaves it to the call's deadline. */
  readonly statementTimeoutMs: number | null;
}

const jsonRows: ResultUse<readonly JsonObject[]> = { alone: readRows, last: readAll };

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
        withinTime(session, this.options.statementTimeoutMs ?? 0, execution.signal, (signal) =>
          runSource(session, source, { rowLimit: execution.limits.rows, signal }, jsonRows),
        ),
      );
      return valueOutput(rows);
    } catch (error) {
      throw execution.signal.aborted ? new ExecutionCancelledError() : failureOf(error, ENDPOINT_FAILED);
    }
  }

  /** Interrupts what runs and lets go of the database. */
  dispose(): Promise<void> {
    return this.client.close();
  }

  private sourceOf(endpoint: Endpoint, input: JsonObject, { request }: Execution): SqlSource {
    const { source, parameters } = endpoint;
    if (source.kind === 'argument') {
      const [sql, values] = [input[source.sql], input[source.values]];
      return {
        sql: typeof sql === 'string' ? sql : '',
        arguments: SqlArguments.ofInput(isJsonObject(values) ? values : {}, []),
        caller: callerFacts(request, false),
        isGuarded: this.options.clientsOnlyRead && isClientCall(request.origin),
        profile: null,
        isPassing: true,
      };
    }
    const sql = codeOf(endpoint);
    if (sql === null) throw new ExecutionFailedError(unreadable(endpoint));
    return {
      sql,
      arguments: SqlArguments.ofInput(input, parameters),
      caller: callerFacts(request, true),
      isGuarded: false,
      profile: this.client.profiles.of(sql),
      isPassing: false,
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
