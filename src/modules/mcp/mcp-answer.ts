/** A JSON-RPC error object. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** `result` of a JSON-RPC response; integers beyond 2^53 are raw JSON. */
export type McpResult = Readonly<Record<string, unknown>>;

/** What one MCP request is answered with. */
export type McpAnswer =
  | { readonly kind: 'result'; readonly result: McpResult }
  | {
      readonly kind: 'error';
      readonly error: RpcError;
      /** HTTP status where the answer is a plain JSON document (operations.md §10). */
      readonly httpStatus: number;
    };
