/** One request that is measured. */
export interface Scenario {
  readonly name: string;
  /** The scenario that this one is measured against. */
  readonly baseline: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: () => string;
}

const modern = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A request of revision 2026-07-28. */
export function modernScenario(
  name: string,
  baseline: string,
  url: string,
  method: string,
  params: () => object,
): Scenario {
  const target = (params() as { name?: string }).name;
  return {
    name,
    baseline,
    url: `${url}/mcp`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(target === undefined ? {} : { 'mcp-name': target }),
    },
    body: () => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params(), _meta: modern } }),
  };
}
