import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig, DatabaseConfig } from '../../src/common/domain/app-config.js';
import type { CallRequest } from '../../src/common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../src/common/domain/json.js';
import { effectiveLimits } from '../../src/common/domain/limits.js';
import type { Output } from '../../src/common/domain/output.js';
import type { Parameter } from '../../src/common/domain/type-node.js';
import type { Database } from '../../src/common/ports/database.js';
import type { Executors } from '../../src/common/ports/executor.js';
import { LocalExecutorFactory } from '../../src/modules/execution/local-executor-factory.js';
import { NoSqlFunctions, type SqlFunctions } from '../../src/modules/execution/sql-functions.js';
import { SystemClock } from '../../src/modules/telemetry/system-clock.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';
import { aCall } from './a-call.js';
import { aConfig } from './a-config.js';
import { anEndpoint } from './an-endpoint.js';

export interface SqlProjectParts {
  readonly database?: Partial<DatabaseConfig>;
  readonly config?: Partial<AppConfig>;
  /** An existing folder; by default a new one. */
  readonly folder?: string;
  readonly threadCount?: number;
  readonly factory?: LocalExecutorFactory;
  /** What plugins offer; with any, the database is in a thread of its own. */
  readonly functions?: SqlFunctions;
}

/** An endpoint's SQL with its parameters. */
export function anSqlEndpoint(
  code: string,
  parameters: readonly Parameter[] = [],
  overrides: Partial<Endpoint> = {},
): Endpoint {
  return anEndpoint({ source: { kind: 'inline', code }, parameters, ...overrides });
}

/** The tool that runs SQL which its caller writes. */
export const queryTool = anEndpoint({
  id: 'execute_sql_query',
  name: 'execute_sql_query',
  file: null,
  source: { kind: 'argument', sql: 'sql', values: 'params' },
});

/** The executors of a project with a DuckDB file in a temporary folder. */
export class SqlProject {
  /** For projects that say nothing of functions. */
  static functions: SqlFunctions = new NoSqlFunctions();

  readonly log = new RecordingLog();
  readonly metrics = new RecordingMetrics();
  executors!: Executors;
  database!: Database;
  factory!: LocalExecutorFactory;
  config!: AppConfig;

  constructor(readonly folder: string) {}

  static async open(parts: SqlProjectParts = {}): Promise<SqlProject> {
    const folder = parts.folder ?? (await mkdtemp(join(tmpdir(), 'mxcp-sql-')));
    const project = new SqlProject(folder);
    const base = aConfig().database;
    project.config = aConfig({
      ...parts.config,
      database: { ...base, path: join(folder, 'data', 'db.duckdb'), root: folder, ...parts.database },
    });
    project.factory =
      parts.factory ??
      new LocalExecutorFactory(project.log, project.metrics, new SystemClock(), parts.threadCount ?? 16);
    const functions = parts.functions ?? SqlProject.functions;
    Object.assign(project, await project.factory.open(project.config, functions, null));
    return project;
  }

  /** The outcome of an endpoint. */
  call(endpoint: Endpoint, input: JsonObject, call: Partial<CallRequest>): Promise<Output> {
    const request = aCall(call);
    const limits = effectiveLimits(endpoint.limits, this.config.limits, request.origin);
    return this.executors.execute(endpoint, input, request, limits);
  }

  /** Rows of an endpoint. */
  async rows(
    endpoint: Endpoint,
    input: JsonObject = {},
    call: Partial<CallRequest> = {},
  ): Promise<JsonValue> {
    const output = await this.call(endpoint, input, { origin: 'cli', ...call });
    if (output.kind !== 'value') throw new TypeError('content');
    return output.value;
  }

  /** Rows of SQL without parameters. */
  run(code: string, call: Partial<CallRequest> = {}): Promise<JsonValue> {
    return this.rows(anSqlEndpoint(code), {}, call);
  }

  /** Rows of SQL that the caller wrote; over the command line unless the call says otherwise. */
  query(sql: string, params: JsonObject = {}, call: Partial<CallRequest> = {}): Promise<JsonValue> {
    return this.rows(queryTool, { sql, params }, call);
  }

  /** `severity message` of each finding. */
  async check(
    code: string,
    parameters: readonly Parameter[] = [],
    overrides: Partial<Endpoint> = {},
  ): Promise<readonly string[]> {
    const endpoint = anSqlEndpoint(code, parameters, overrides);
    const problems: readonly EndpointProblem[] = await this.executors.check(endpoint);
    return problems.map(({ severity, message }) => `${severity} ${message}`);
  }

  /** Closes the database, and removes the folder unless told to keep it. */
  async close(keepFolder = false): Promise<void> {
    await this.executors.dispose();
    if (!keepFolder) await rm(this.folder, { recursive: true, force: true });
  }
}
