/** How one code appears at every edge. Null: that edge never sees it. */
export interface CatalogEntry {
  /** `isError` result, or a JSON-RPC error code. */
  readonly tool: 'isError' | number | null;
  /** JSON-RPC error code for resources and prompts. */
  readonly rpc: number | null;
  readonly http: number | null;
  readonly exit: number;
  /** The label `error_type` of metrics (telemetry.md §5.1). */
  readonly metric:
    | 'validation'
    | 'policy_denied'
    | 'not_found'
    | 'timeout'
    | 'cancelled'
    | 'database'
    | 'python'
    | 'upstream'
    | 'auth'
    | 'internal';
  readonly meaning: string;
  /** What the operator, or whoever calls, does about it. */
  readonly remedy: string;
}

type Edges = readonly [
  tool: CatalogEntry['tool'],
  rpc: CatalogEntry['rpc'],
  http: CatalogEntry['http'],
  exit: number,
];

/** Every error code with its edges; `docs/reference/errors.md` is generated from this table. */
export const errorCatalog = {
  USAGE_INVALID: entry(
    [null, null, 400, 2],
    'validation',
    'A command or request was put together wrongly.',
    'Read the help of the command, or the description of the request, and correct it.',
  ),
  CONFIG_NOT_FOUND: entry(
    [null, null, null, 1],
    'internal',
    'No project or configuration file was found.',
    'Go to the folder of the project, or correct the path that the message names.',
  ),
  CONFIG_INVALID: entry(
    [null, null, null, 1],
    'internal',
    'A configuration file does not fit its schema.',
    'Correct the file or the variable that the message names, then run `mxcp validate`.',
  ),
  SECRET_UNRESOLVED: entry(
    [null, null, null, 1],
    'internal',
    'A reference to a secret could not be resolved.',
    'Set the variable, the file or the entry in the vault that the message names.',
  ),
  ENDPOINT_INVALID: entry(
    [null, null, null, 1],
    'validation',
    'An endpoint definition cannot be used.',
    'Correct the definition or its code, then run `mxcp validate`.',
  ),
  ENDPOINT_NOT_FOUND: entry(
    [-32602, -32602, 404, 1],
    'not_found',
    'No endpoint has that name or URI.',
    'List again and use a name from there; `mxcp validate` tells which definitions were left out.',
  ),
  UNAUTHENTICATED: entry(
    ['isError', 40101, 401, 1],
    'auth',
    'The call carries no valid identity.',
    'Sign in again, or send a valid token or API key.',
  ),
  SCOPE_MISSING: entry(
    ['isError', 40301, 403, 1],
    'auth',
    'The token lacks a scope that the server asks for.',
    'Sign in again and grant the scope that the message names.',
  ),
  INPUT_INVALID: entry(
    ['isError', -32602, 400, 1],
    'validation',
    'The arguments do not fit the parameters.',
    'Correct what the message names, then call again.',
  ),
  POLICY_DENIED: entry(
    ['isError', 40301, 403, 1],
    'policy_denied',
    'A policy rule refused the call.',
    'Do not call again; ask the operator for access. The audit log names the rule.',
  ),
  POLICY_FAILED: entry(
    ['isError', 40301, 403, 1],
    'policy_denied',
    'A policy rule could not be evaluated; that denies.',
    'Correct the condition that the log names; `mxcp validate` finds most such faults.',
  ),
  EXECUTION_FAILED: entry(
    ['isError', -32603, 502, 1],
    'database',
    'The endpoint ran and failed.',
    "Correct the arguments by the message, or the endpoint's SQL, code or template.",
  ),
  EXECUTION_TIMEOUT: entry(
    ['isError', -32603, 504, 1],
    'timeout',
    'The endpoint did not finish in time.',
    'Ask for less, or raise `limits.timeout_ms`.',
  ),
  EXECUTION_CANCELLED: entry(
    ['isError', -32603, 499, 1],
    'cancelled',
    'The caller gave up before the answer.',
    'Call again if the answer is still wanted.',
  ),
  WORKER_LOST: entry(
    ['isError', -32603, 502, 1],
    'python',
    'What ran the endpoint ended before it answered.',
    'Call again; if it happens again, look in the log for what ended it: a crash, an exit, too much memory.',
  ),
  CAPABILITY_MISSING: entry(
    ['isError', -32021, 400, 1],
    'validation',
    'The endpoint asks something that this caller cannot answer.',
    'Use a client that supports what the message names.',
  ),
  OUTPUT_INVALID: entry(
    ['isError', -32603, 502, 1],
    'validation',
    'The result does not fit `return`.',
    'Correct what the endpoint returns, or its `return`.',
  ),
  OUTPUT_TOO_LARGE: entry(
    ['isError', -32603, 502, 1],
    'validation',
    'The answer exceeds the row or byte cap.',
    'Ask for less, or raise `limits.rows` or `limits.bytes`.',
  ),
  UNAVAILABLE: entry(
    [50301, 50301, 503, 1],
    'upstream',
    'The server is draining, full or cut off from a dependency.',
    'Call again in a few seconds; if it lasts, `/ready` and the log tell what is missing.',
  ),
  CHECK_FAILED: entry(
    [null, null, null, 1],
    'validation',
    'A check of the project found problems.',
    'Correct each problem of the report, then check again.',
  ),
  DATABASE_UNAVAILABLE: entry(
    ['isError', -32603, 503, 1],
    'database',
    'The database file could not be opened.',
    'Do as the message says: free the file, change its rights, or use `--readonly`.',
  ),
  LISTEN_FAILED: entry(
    [null, null, null, 1],
    'internal',
    'The server could not listen on its address.',
    'Choose another address with `--host` and `--port`, or stop the program that has it.',
  ),
  AUDIT_FAILED: entry(
    [-32603, -32603, 500, 1],
    'internal',
    'The call could not be recorded, so it was refused.',
    'Make room in the audit directory and let the server write there; it then serves calls again.',
  ),
  INTERNAL: entry(
    [-32603, -32603, 500, 1],
    'internal',
    'A defect; the log has the cause under the call id.',
    'Find the call id in the log and report what stands there.',
  ),
} as const satisfies Record<string, CatalogEntry>;

export type ErrorCode = keyof typeof errorCatalog;

function entry(
  [tool, rpc, http, exit]: Edges,
  metric: CatalogEntry['metric'],
  meaning: string,
  remedy: string,
): CatalogEntry {
  return { tool, rpc, http, exit, metric, meaning, remedy };
}
