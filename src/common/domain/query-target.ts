/**
 * The target by which `mxcp query` reaches the built-in `execute_sql_query`, also where a tool of the project
 * has that name. It means nothing to MCP clients.
 */
export const queryTarget = 'builtin:execute_sql_query';
