import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { Client, StreamableHTTPClientTransport, type ClientCapabilities } from '@modelcontextprotocol/client';
import { anonymous } from '../../src/common/domain/principal.js';
import { McpStdioServer } from '../../src/modules/mcp/mcp-stdio-server.js';
import { PipeTransport } from '../fakes/pipe-transport.js';
import { anMcpServer, type McpParts } from './an-mcp.js';

export type Era = 'legacy' | 'modern';

/** How a client speaks with a server in the same process. */
export interface Way {
  readonly transport: 'http' | 'stdio';
  readonly mode: 'legacy' | 'auto' | { readonly pin: '2026-07-28' };
}

const modes: readonly Way['mode'][] = ['legacy', 'auto', { pin: '2026-07-28' }];

/** Every transport in every mode of the official client, with names for tests. */
export const ways: readonly (readonly [string, Way])[] = (['http', 'stdio'] as const).flatMap((transport) =>
  modes.map(
    (mode) => [`${transport}, ${typeof mode === 'string' ? mode : 'pinned'}`, { transport, mode }] as const,
  ),
);

export function eraOf({ mode }: Way): Era {
  return mode === 'legacy' ? 'legacy' : 'modern';
}

/** The official client, not yet connected. */
export function aClient({ mode }: Pick<Way, 'mode'>, capabilities: ClientCapabilities): Client {
  return new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } });
}

/** Connects a client with a server of the parts; `close` ends both. */
export async function connected(client: Client, { transport }: Way, parts: McpParts) {
  const server = anMcpServer(parts);
  const url = await listening(server);
  let stdio: McpStdioServer | null = null;
  if (transport === 'http') {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  } else {
    const [input, output] = [new PassThrough(), new PassThrough()];
    stdio = new McpStdioServer(server.servers, server.changes, server.log, () => anonymous, 1_048_576);
    void stdio.serve(input, output);
    await client.connect(new PipeTransport(input, output));
  }
  const close = async (): Promise<void> => {
    await client.close();
    await stdio?.close();
    await server.lane.close();
    await server.app.close();
  };
  return { ...server, url, close };
}

async function listening({ app }: ReturnType<typeof anMcpServer>): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/mcp`;
}
