import type { IncomingHttpHeaders } from 'node:http';
import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { JsonValue } from '../../../common/domain/json.js';
import type { CallerContext } from '../caller-context.js';
import type { McpAnswer } from '../mcp-answer.js';
import type { McpMethods } from '../mcp-methods.js';
import type { MirroredTools } from '../mirrored-tools.js';
import type { RunningRequests } from '../running-requests.js';
import type { Exchange } from '../exchange.js';
import type { ServerIdentity } from '../server-identity.js';
import { tracedHeaders } from '../traced-headers.js';
import { PlainLink } from './plain-link.js';
import { plainRequest, type PlainRequest } from './plain-request.js';

/** An answer as it goes out. */
export interface JsonReply {
  readonly status: number;
  readonly json: string;
}

/**
 * Answers the ordinary requests of MCP 2026-07-28 without the SDK's conversions between Node's and the web's
 * messages, which cost many times what a call costs. It takes only what it is sure of; everything else, wrong
 * requests included, is left to the SDK, and both lanes answer alike.
 */
export class FastLane {
  readonly #resultMeta: Readonly<Record<string, unknown>>;

  constructor(
    private readonly methods: McpMethods,
    private readonly mirrored: MirroredTools,
    private readonly running: RunningRequests,
    identity: ServerIdentity,
  ) {
    this.#resultMeta = { [SERVER_INFO_META_KEY]: identity.serverInfo };
  }

  /** The reply to a POST, or null when the request is not for this lane. */
  async answer(
    headers: IncomingHttpHeaders,
    body: JsonValue | undefined,
    exchange: Exchange,
  ): Promise<JsonReply | null> {
    const request = plainRequest(headers, body);
    if (request === null) return null;
    const { method, params, id } = request;
    // headers repeat such a tool's arguments: the SDK compares the two (SEP-2243)
    if (method === 'tools/call' && this.mirrored.schemaOf(request.target) !== undefined) return null;
    const answer = await this.running.count(() =>
      this.methods.answer(method, params, callerContext(request, exchange)),
    );
    return { status: answer.kind === 'error' ? answer.httpStatus : 200, json: this.#json(id, answer) };
  }

  #json(id: string | number, answer: McpAnswer): string {
    if (answer.kind === 'error') return JSON.stringify({ jsonrpc: '2.0', id, error: answer.error });
    const result = { resultType: 'complete', ...answer.result, _meta: this.#resultMeta };
    return JSON.stringify({ result, jsonrpc: '2.0', id });
  }
}

function callerContext({ meta, capabilities }: PlainRequest, { caller, ended }: Exchange): CallerContext {
  return {
    ...caller,
    headers: tracedHeaders(caller.headers, meta),
    era: 'modern',
    sessionId: null,
    session: null,
    link: new PlainLink(capabilities),
    signal: ended,
  };
}
