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
}

/** Every error code with its edges; `docs/reference/errors.md` is generated from this table. */
export const errorCatalog = {
  USAGE_INVALID: entry(null, null, 400, 2, 'validation', 'A command or request was put together wrongly.'),
  CONFIG_NOT_FOUND: entry(null, null, null, 1, 'internal', 'No project or configuration file was found.'),
  CONFIG_INVALID: entry(null, null, null, 1, 'internal', 'A configuration file does not fit its schema.'),
  SECRET_UNRESOLVED: entry(null, null, null, 1, 'internal', 'A reference to a secret could not be resolved.'),
  ENDPOINT_INVALID: entry(null, null, null, 1, 'validation', 'An endpoint definition cannot be used.'),
  ENDPOINT_NOT_FOUND: entry(-32602, -32602, 404, 1, 'not_found', 'No endpoint has that name or URI.'),
  UNAUTHENTICATED: entry('isError', 40101, 401, 1, 'auth', 'The call carries no valid identity.'),
  SCOPE_MISSING: entry('isError', 40301, 403, 1, 'auth', 'The token lacks a scope that the server asks for.'),
  INPUT_INVALID: entry('isError', -32602, 400, 1, 'validation', 'The arguments do not fit the parameters.'),
  POLICY_DENIED: entry('isError', 40301, 403, 1, 'policy_denied', 'A policy rule refused the call.'),
  POLICY_FAILED: entry(
    'isError',
    40301,
    403,
    1,
    'policy_denied',
    'A policy rule could not be evaluated; that denies.',
  ),
  EXECUTION_FAILED: entry('isError', -32603, 502, 1, 'database', 'The endpoint ran and failed.'),
  EXECUTION_TIMEOUT: entry('isError', -32603, 504, 1, 'timeout', 'The endpoint did not finish in time.'),
  EXECUTION_CANCELLED: entry('isError', -32603, 499, 1, 'cancelled', 'The caller gave up before the answer.'),
  WORKER_LOST: entry(
    'isError',
    -32603,
    502,
    1,
    'python',
    'The process or thread that ran the endpoint ended.',
  ),
  CAPABILITY_MISSING: entry(
    'isError',
    -32021,
    400,
    1,
    'validation',
    'The endpoint asks something that this caller cannot answer.',
  ),
  OUTPUT_INVALID: entry('isError', -32603, 502, 1, 'validation', 'The result does not fit `return`.'),
  OUTPUT_TOO_LARGE: entry('isError', -32603, 502, 1, 'validation', 'The answer exceeds the row or byte cap.'),
  UNAVAILABLE: entry(
    50301,
    50301,
    503,
    1,
    'upstream',
    'The server is draining, full or cut off from a dependency.',
  ),
  CHECK_FAILED: entry(null, null, null, 1, 'validation', 'A check of the project found problems.'),
  DATABASE_UNAVAILABLE: entry(
    'isError',
    -32603,
    503,
    1,
    'database',
    'The database file could not be opened.',
  ),
  LISTEN_FAILED: entry(null, null, null, 1, 'internal', 'The server could not listen on its address.'),
  AUDIT_FAILED: entry(
    -32603,
    -32603,
    500,
    1,
    'internal',
    'The call could not be recorded, so it was refused.',
  ),
  INTERNAL: entry(-32603, -32603, 500, 1, 'internal', 'A defect; the log has the cause under the call id.'),
} as const satisfies Record<string, CatalogEntry>;

export type ErrorCode = keyof typeof errorCatalog;

function entry(
  tool: CatalogEntry['tool'],
  rpc: CatalogEntry['rpc'],
  http: CatalogEntry['http'],
  exit: number,
  metric: CatalogEntry['metric'],
  meaning: string,
): CatalogEntry {
  return { tool, rpc, http, exit, metric, meaning };
}
