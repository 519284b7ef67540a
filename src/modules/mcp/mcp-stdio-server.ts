import type { Readable, Writable } from 'node:stream';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { serveStdio, type StdioServerHandle } from '@modelcontextprotocol/server/stdio';
import { correlationIdOf } from '../../common/domain/correlation-id.js';
import { unidentified, type Principal } from '../../common/domain/principal.js';
import type { Log } from '../../common/ports/log.js';
import type { Era } from './caller-context.js';
import type { ChangeFeed } from './changes/change-feed.js';
import { tellClient } from './changes/tell-client.js';
import { ClientSession } from './client-session.js';
import type { SdkServers } from './sdk-lane/sdk-servers.js';
import type { Caller } from './sdk-lane/server-end.js';
import { StdioTransport } from './stdio-transport.js';

/** MCP over standard streams, both eras; the opening message decides which (auth.md §11 for identity). */
export class McpStdioServer {
  #handle: StdioServerHandle | null = null;

  /**
   * @param principal who a call is made as from now on; `unidentified` fails calls
   * @param lineLimit most bytes of one message
   */
  constructor(
    private readonly servers: SdkServers,
    private readonly changes: ChangeFeed,
    private readonly log: Log,
    private readonly principal: () => Principal,
    private readonly lineLimit: number,
  ) {}

  /** Serves until the client has closed its end and what it asked for is answered, or until `close`. */
  async serve(input: Readable, output: Writable): Promise<void> {
    if (this.principal() === unidentified) {
      this.log.write(
        'warning',
        'mcp',
        'Authentication is configured but MXCP_USER_CONTEXT is not set: every call will fail with 401',
      );
    }
    const transport = new StdioTransport(input, output, this.lineLimit);
    this.#handle = serveStdio(({ era }) => this.#server(era, transport), {
      transport,
      onerror: (error) => {
        this.log.write('debug', 'mcp', error.message);
      },
    });
    await transport.closed;
  }

  /** Ends the connection once nothing is being answered. */
  async close(): Promise<void> {
    await this.servers.idle();
    await this.#handle?.close();
  }

  #server(era: Era, transport: StdioTransport): McpServer {
    const session = era === 'legacy' ? new ClientSession() : null;
    const product = this.servers.create({
      era,
      session,
      callerOf: (context) => this.#caller(context, transport.messageBytes),
      answered: () => undefined,
    });
    this.changes.clientCame();
    const forget = this.changes.onChange((news) => {
      void tellClient(product, news, session?.watched ?? transport.watched.uris);
    });
    product.server.onclose = forget;
    return product;
  }

  #caller(context: ServerContext, requestBytes: number): Caller {
    return {
      principal: this.principal(),
      origin: 'stdio',
      headers: {},
      sessionId: null,
      correlationId: correlationIdOf({}),
      client: { ip: null, userAgent: null },
      requestBytes,
      signal: context.mcpReq.signal,
    };
  }
}
