import duckdb from '@duckdb/node-bindings';
import type { CallRequest } from '../../../common/domain/call.js';
import { isAuthenticated } from '../../../common/domain/principal.js';
import { toJsonText } from '../../../common/domain/json-text.js';

/**
 * The SQL functions about the caller (endpoints.md §3.4), as macros over one session variable. They live
 * with a connection, and so does the variable.
 */
export const userFunctionsSql = `
CREATE TEMP MACRO get_username() AS getvariable('mxcp_caller').username;
CREATE TEMP MACRO get_user_email() AS getvariable('mxcp_caller').email;
CREATE TEMP MACRO get_user_provider() AS getvariable('mxcp_caller').provider;
CREATE TEMP MACRO get_user_external_token() AS getvariable('mxcp_caller').external_token;
CREATE TEMP MACRO get_request_headers_json() AS getvariable('mxcp_caller').headers_json;
CREATE TEMP MACRO get_request_header(name) AS getvariable('mxcp_caller').headers[lower(name)]`;

export const setCallerSql = 'SET VARIABLE mxcp_caller = $1';

/** What the user functions answer; null and empty for nobody. */
export interface CallerFacts {
  readonly username: string | null;
  readonly email: string | null;
  readonly provider: string | null;
  readonly externalToken: string | null;
  /** By lower-case name, in the order given. */
  readonly headers: Readonly<Record<string, string>>;
}

export const nobody: CallerFacts = {
  username: null,
  email: null,
  provider: null,
  externalToken: null,
  headers: {},
};

/** The same whoever wrote the SQL (auth.md §9.3): requests come without their credentials. */
export function callerFacts({ principal, headers }: CallRequest): CallerFacts {
  if (!isAuthenticated(principal)) return Object.keys(headers).length === 0 ? nobody : { ...nobody, headers };
  return {
    username: textOrNull(principal.username),
    email: textOrNull(principal.email),
    provider: textOrNull(principal.provider),
    externalToken: textOrNull(principal.externalToken?.reveal() ?? null),
    headers,
  };
}

/** The facts as the value of the session variable. */
export function callerValue(facts: CallerFacts): duckdb.Value {
  const text = duckdb.create_logical_type(duckdb.Type.VARCHAR);
  const map = duckdb.create_map_type(text, text);
  const names = Object.keys(facts.headers);
  const type = duckdb.create_struct_type(
    [text, text, text, text, text, map],
    ['username', 'email', 'provider', 'external_token', 'headers_json', 'headers'],
  );
  return duckdb.create_struct_value(type, [
    nullable(facts.username),
    nullable(facts.email),
    nullable(facts.provider),
    nullable(facts.externalToken),
    nullable(names.length === 0 ? null : toJsonText(facts.headers)),
    duckdb.create_map_value(
      map,
      names.map((name) => duckdb.create_varchar(name.toLowerCase())),
      Object.values(facts.headers).map((value) => duckdb.create_varchar(value)),
    ),
  ]);
}

function nullable(text: string | null): duckdb.Value {
  return text === null ? duckdb.create_null_value() : duckdb.create_varchar(text);
}

function textOrNull(text: string | null): string | null {
  return text === '' ? null : text;
}
