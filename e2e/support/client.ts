import { Client, StreamableHTTPClientTransport, type ClientCapabilities } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { cleanEnvironment, mxcpScript } from './command.ts';

export type Era = 'legacy' | 'modern';

export const negotiation = { legacy: { mode: 'legacy' }, modern: { mode: { pin: '2026-07-28' } } } as const;

/** What a client can do and hears, said before it connects. */
export interface ClientParts {
  readonly capabilities?: ClientCapabilities;
  readonly prepare?: (client: Client) => void;
  /** Sends its requests over HTTP. */
  readonly fetch?: typeof fetch;
}

function newClient(era: Era, { capabilities = {}, prepare }: ClientParts): Client {
  const client = new Client(
    { name: 'e2e', version: '1' },
    { capabilities, versionNegotiation: negotiation[era] },
  );
  prepare?.(client);
  return client;
}

/** The official client, connected over Streamable HTTP. */
export async function httpClient(url: string, era: Era, parts: ClientParts = {}): Promise<Client> {
  const client = newClient(era, parts);
  const options = parts.fetch === undefined ? {} : { fetch: parts.fetch };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), options));
  return client;
}

/** The official client with `mxcp serve --transport stdio` as its child process. */
export async function stdioClient(
  folder: string,
  era: Era,
  env: Readonly<Record<string, string>> = {},
  parts: ClientParts = {},
): Promise<Client> {
  const client = newClient(era, parts);
  const environment = Object.entries(cleanEnvironment(folder, env)).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [mxcpScript, 'serve', '--transport', 'stdio'],
      cwd: folder,
      env: Object.fromEntries(environment),
      stderr: 'ignore',
    }),
  );
  return client;
}

/** The text of a tool result's only block. */
export function textOf(result: { content: readonly { type: string; text?: string }[] }): string {
  if (result.content.length !== 1) throw new Error(`expected one block, got ${result.content.length}`);
  return result.content[0]?.text ?? '';
}
