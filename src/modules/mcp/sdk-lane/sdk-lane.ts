import {
  classifyInboundRequest,
  createMcpHandler,
  type McpHttpHandler,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { Log } from '../../../common/ports/log.js';
import type { Era } from '../caller-context.js';
import type { ChangeFeed } from '../changes/change-feed.js';
import type { Changes } from '../changes/changes.js';
import { WatchedResources } from '../changes/watched-resources.js';
import type { ClientSession } from '../client-session.js';
import type { McpAnswer } from '../mcp-answer.js';
import type { Exchange } from '../exchange.js';
import type { LegacySessions } from './legacy-sessions.js';
import { LegacyTransport } from './legacy-transport.js';
import { rpcErrorResponse } from './rpc-error-response.js';
import type { SdkServers } from './sdk-servers.js';
import type { Caller } from './server-end.js';

/** Serves `/mcp` for both eras through the SDK: the correct lane for everything. */
export class SdkLane {
  readonly #exchanges = new WeakMap<Request, Exchange>();
  readonly #modern: McpHttpHandler;
  readonly #watched = new WatchedResources();

  /** @param stateless no sessions: every legacy request stands alone (operations.md §8) */
  constructor(
    private readonly servers: SdkServers,
    private readonly sessions: LegacySessions,
    private readonly stateless: boolean,
    private readonly changes: ChangeFeed,
    log: Log,
  ) {
    this.#modern = createMcpHandler(() => this.#server('modern', null), {
      legacy: 'reject',
      onerror: (error) => {
        log.write('debug', 'mcp', error.message);
      },
    });
    changes.onChange((news) => {
      this.#tell(news);
    });
  }

  /**
   * Answers one request.
   * @param request without its body
   * @param body the parsed body of a POST
   */
  async serve(request: Request, body: JsonValue | undefined, exchange: Exchange): Promise<Response> {
    const header = (key: string, name: string): Record<string, string> => {
      const value = request.headers.get(name);
      return value === null ? {} : { [key]: value };
    };
    const route = classifyInboundRequest({
      httpMethod: request.method,
      ...header('protocolVersionHeader', 'mcp-protocol-version'),
      ...header('mcpMethodHeader', 'mcp-method'),
      ...header('mcpNameHeader', 'mcp-name'),
      body,
    });
    this.#exchanges.set(request, exchange);
    this.changes.clientCame();
    const response =
      route.kind === 'legacy'
        ? await this.#legacy(request, body, exchange)
        : await this.#serveModern(request, body, exchange);
    return withStatus(response, Array.isArray(body) ? 200 : exchange.httpStatus);
  }

  /** Ends every stream and session, once nothing is being answered. */
  async close(): Promise<void> {
    await this.servers.idle();
    await Promise.all([this.#modern.close(), this.sessions.close()]);
  }

  #serveModern(request: Request, body: JsonValue | undefined, exchange: Exchange): Promise<Response> {
    const forget = this.#watched.listen(body ?? null);
    exchange.ended.addEventListener('abort', forget, { once: true });
    return this.#modern.fetch(request, { parsedBody: body });
  }

  #tell(news: Changes): void {
    const { notify } = this.#modern;
    if (news.lists.includes('tools')) notify.toolsChanged();
    if (news.lists.includes('resources')) notify.resourcesChanged();
    if (news.lists.includes('prompts')) notify.promptsChanged();
    for (const uri of this.#watched.uris) notify.resourceUpdated(uri);
    this.sessions.tell(news);
  }

  async #legacy(request: Request, body: JsonValue | undefined, exchange: Exchange): Promise<Response> {
    const sessionId = request.headers.get('mcp-session-id');
    if (request.method !== 'POST' && (this.stateless || sessionId === null)) {
      const message =
        'Method not allowed: this is the address of an MCP server, for MCP clients; they send POST.';
      return rpcErrorResponse(405, -32600, message, {
        Allow: this.stateless ? 'POST' : 'GET, POST, DELETE',
      });
    }
    const serve = (transport: LegacyTransport): Promise<Response> =>
      transport.handleRequest(request, body === undefined ? {} : { parsedBody: body });
    if (this.stateless || isBare(request, body)) return this.#alone(request, exchange, serve);
    if (sessionId === null && isInitialize(body)) {
      return this.sessions.begin((client) => this.#server('legacy', client), exchange, serve);
    }
    if (sessionId === null) {
      return rpcErrorResponse(400, -32600, 'Bad Request: Mcp-Session-Id header is required');
    }
    const response = await this.sessions.resume(sessionId, exchange, serve);
    return response ?? rpcErrorResponse(404, -32001, 'Session not found; send initialize again');
  }

  /** One request without a session, as JSON where the client does not read streams. */
  async #alone(
    request: Request,
    exchange: Exchange,
    serve: (transport: LegacyTransport) => Promise<Response>,
  ): Promise<Response> {
    const asJson = !readsStreams(request);
    // the transport insists on both types, also where it sends JSON only
    if (asJson) request.headers.set('accept', 'application/json, text/event-stream');
    if (isForm(request)) request.headers.set('content-type', 'application/json');
    const transport = new LegacyTransport({ enableJsonResponse: asJson });
    const product = this.#server('legacy', null);
    exchange.ended.addEventListener('abort', () => void product.close(), { once: true });
    await product.connect(transport);
    return serve(transport);
  }

  #server(era: Era, session: ClientSession | null): McpServer {
    return this.servers.create({
      era,
      session,
      callerOf: (context) => this.#callerOf(context),
      answered: (answer, context) => {
        this.#noteStatus(answer, context);
      },
    });
  }

  #callerOf(context: ServerContext): Caller {
    const exchange = this.#exchangeOf(context);
    return {
      ...exchange.caller,
      sessionId: context.sessionId ?? null,
      signal: AbortSignal.any([context.mcpReq.signal, exchange.ended]),
    };
  }

  #noteStatus(answer: McpAnswer, context: ServerContext): void {
    if (answer.kind === 'error') this.#exchangeOf(context).httpStatus = answer.httpStatus;
  }

  #exchangeOf(context: ServerContext): Exchange {
    const request = context.http?.req;
    const exchange = request === undefined ? undefined : this.#exchanges.get(request);
    if (exchange === undefined) throw new UnavailableError('The request has ended');
    return exchange;
  }
}

/** What `curl -d` sends: no session, no version, no reading of streams (endpoints.md §4.1). */
function isBare(request: Request, body: JsonValue | undefined): boolean {
  if (request.method !== 'POST') return false;
  if (request.headers.has('mcp-session-id') || request.headers.has('mcp-protocol-version')) return false;
  return !isInitialize(body) || !readsStreams(request);
}

function isInitialize(body: JsonValue | undefined): boolean {
  return isJsonObject(body) && body['method'] === 'initialize';
}

function readsStreams(request: Request): boolean {
  const accept = request.headers.get('accept') ?? '';
  return accept.includes('text/event-stream') && accept.includes('application/json');
}

/** A form without `Origin` was not sent by a web page. */
function isForm(request: Request): boolean {
  const type = request.headers.get('content-type') ?? '';
  return type.startsWith('application/x-www-form-urlencoded') && !request.headers.has('origin');
}

/** Only a plain answer can still change its status. */
function withStatus(response: Response, status: number): Response {
  const type = response.headers.get('content-type') ?? '';
  if (status === 200 || response.status !== 200 || !type.startsWith('application/json')) return response;
  const headers = new Headers(response.headers);
  if (status === 503) headers.set('connection', 'close');
  return new Response(response.body, { status, headers });
}
