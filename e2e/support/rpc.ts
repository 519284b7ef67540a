/** One JSON-RPC answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly result?: Record<string, unknown>;
    readonly error?: {
      readonly code: number;
      readonly message: string;
      readonly data?: Record<string, unknown>;
    };
  };
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1' },
};

/** The headers of a request of revision 2026-07-28. */
export function modernHeaders(method: string, name?: unknown): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
}

/** The body of a request of revision 2026-07-28. */
export function modernMessage(method: string, params: Record<string, unknown>): string {
  const meta = { ...envelope, ...(params['_meta'] as object | undefined) };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });
}

/** Sends one request of revision 2026-07-28. */
export async function modernRequest(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { ...modernHeaders(method, params['name'] ?? params['uri']), ...init.headers },
    body: modernMessage(method, params),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '{}');
  return { status: response.status, headers: response.headers, body: JSON.parse(json) as Answer['body'] };
}

/** Calls a tool in revision 2026-07-28. */
export function callTool(url: string, name: string, args: Record<string, unknown>): Promise<Answer> {
  return modernRequest(url, 'tools/call', { name, arguments: args });
}
