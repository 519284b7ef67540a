import { isClientCall } from '../../../common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../../common/domain/endpoint.js';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import type { SqlValues } from '../../../common/domain/sql-value.js';
import type { Parameter } from '../../../common/domain/type-node.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { Execution, Executor } from '../../../common/ports/executor.js';
import { sourceProblem } from '../source-problem.js';
import type { SqlCall, SqlEngine } from './sql-engine.js';
import { callerFacts } from './user-functions.js';
import { sqlValueOf } from './values/sql-value-of.js';

/** Runs SQL endpoints on DuckDB (endpoints.md §3). */
export class DuckDbExecutor implements Executor {
  readonly language = 'sql';

  /** @param clientsOnlyRead `sql_tools.readonly`: SQL that MCP clients write may only read */
  constructor(
    private readonly engine: SqlEngine,
    private readonly clientsOnlyRead: boolean,
  ) {}

  /** What preparing says about the source against the live database; nothing is executed. */
  async check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    if (endpoint.source.kind === 'argument') return [];
    const sql = codeOf(endpoint);
    if (sql === null) return [sourceProblem(endpoint, unreadable(endpoint))];
    const declared = endpoint.parameters.map((parameter) => parameter.name);
    const { findings, renamed } = await this.engine.check(sql, declared);
    const problems = findings.map(({ message, severity }) => sourceProblem(endpoint, message, severity));
    return hidesFields(endpoint)
      ? [...problems, ...renamed.map((name) => unreached(endpoint, name))]
      : problems;
  }

  async execute(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output> {
    const { request, signal } = execution;
    const call = this.callOf(endpoint, input, execution);
    const caller = { facts: callerFacts(request), request };
    return valueOutput(await this.engine.execute(call, caller, signal));
  }

  /** Interrupts what runs and lets go of the database. */
  dispose(): Promise<void> {
    return this.engine.close();
  }

  private callOf(endpoint: Endpoint, input: JsonObject, { request, limits }: Execution): SqlCall {
    const { source, parameters } = endpoint;
    if (source.kind === 'argument') {
      const [sql, values] = [input[source.sql], input[source.values]];
      return {
        sql: typeof sql === 'string' ? sql : '',
        values: valuesOf(isJsonObject(values) ? values : {}, []),
        pace: `argument:${endpoint.id}`,
        isOwn: false,
        isGuarded: this.clientsOnlyRead && isClientCall(request.origin),
        rowLimit: limits.rows,
      };
    }
    const sql = codeOf(endpoint);
    if (sql === null) throw new ExecutionFailedError(unreadable(endpoint));
    const values = valuesOf(input, parameters);
    return { sql, values, pace: sql, isOwn: true, isGuarded: false, rowLimit: limits.rows };
  }
}

/** @param parameters declarations by which values are bound; the rest is bound by what it is */
function valuesOf(input: JsonObject, parameters: readonly Parameter[]): SqlValues {
  const nodes = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, sqlValueOf(value, nodes.get(name))]),
  );
}

function codeOf({ source }: Endpoint): string | null {
  return source.kind === 'inline' || source.kind === 'file' ? source.code : null;
}

function unreadable({ source }: Endpoint): string {
  const reason = source.kind === 'file' ? source.failure : undefined;
  return reason ?? 'Error resolving source code: no SQL';
}

function hidesFields({ policies }: Endpoint): boolean {
  return policies?.output.some(({ action }) => action !== 'deny') === true;
}

/** Rules and `return` go by name, so that what they hide of the first column would show in the second. */
function unreached(endpoint: Endpoint, name: string): EndpointProblem {
  const message = `The result has two columns of one name and calls the second '${name}', which policies on the first do not hide; name it with AS or leave it out`;
  return sourceProblem(endpoint, message, 'warning');
}
