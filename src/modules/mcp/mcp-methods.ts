import { isJsonObject, type JsonValue } from '../../common/domain/json.js';
import type { CallMethods } from './call-methods.js';
import type { CallerContext } from './caller-context.js';
import type { Completion } from './completion.js';
import type { ListName, Listings } from './listings.js';
import type { McpAnswer, McpResult } from './mcp-answer.js';
import type { RequestJournal } from './request-journal.js';
import { listParams, readRequestParams } from './request-params.js';
import type { RpcErrorMapper } from './rpc-error-mapper.js';
import type { SessionMethods } from './session-methods.js';

type Handler = (params: JsonValue, context: CallerContext) => McpResult | Promise<McpResult>;

/**
 * What this server does for each MCP method, whichever transport and era a request came by. The handshakes
 * (`initialize`, `server/discover`, `ping`) are the transport's, made of `ServerIdentity`.
 */
export class McpMethods {
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(
    private readonly listings: Listings,
    calls: CallMethods,
    completion: Completion,
    sessions: SessionMethods,
    private readonly errors: RpcErrorMapper,
    private readonly journal: RequestJournal,
  ) {
    this.#handlers = new Map<string, Handler>([
      ['tools/list', this.#lister('tools')],
      ['tools/call', (params, context) => calls.callTool(params, context)],
      ['resources/list', this.#lister('resources')],
      ['resources/templates/list', this.#lister('resourceTemplates')],
      ['resources/read', (params, context) => calls.readResource(params, context)],
      ['prompts/list', this.#lister('prompts')],
      ['prompts/get', (params, context) => calls.getPrompt(params, context)],
      ['completion/complete', (params) => completion.complete(params)],
      ['logging/setLevel', (params, context) => sessions.setLogLevel(params, context)],
      ['resources/subscribe', (params, context) => sessions.subscribe(params, context)],
      ['resources/unsubscribe', (params, context) => sessions.unsubscribe(params, context)],
    ]);
  }

  /** False for methods that are answered with −32601, and for the transport's own. */
  knows(method: string): boolean {
    return this.#handlers.has(method);
  }

  /** Answers one request; what goes wrong is an answer too. */
  async answer(method: string, params: JsonValue, context: CallerContext): Promise<McpAnswer> {
    const target = targetOf(params);
    const finish = this.journal.begin(method, target, context);
    const answer = await this.#attempt(method, params, context).catch((error: unknown) =>
      this.errors.map(error, { method, target }, context),
    );
    finish(answer);
    return answer;
  }

  async #attempt(method: string, params: JsonValue, context: CallerContext): Promise<McpAnswer> {
    const handler = this.#handlers.get(method);
    if (handler === undefined) return methodNotFound(context);
    return { kind: 'result', result: await handler(params, context) };
  }

  #lister(list: ListName): Handler {
    return (params, context) => {
      const { cursor } = readRequestParams(listParams, params);
      return this.listings.page(list, cursor ?? null, context);
    };
  }
}

function methodNotFound({ correlationId, era }: CallerContext): McpAnswer {
  return {
    kind: 'error',
    error: { code: -32601, message: 'Method not found', data: { correlationId } },
    httpStatus: era === 'modern' ? 404 : 200,
  };
}

/** The endpoint that a request names, for messages and the log. */
function targetOf(params: JsonValue): string | null {
  if (!isJsonObject(params)) return null;
  const target = params['name'] ?? params['uri'];
  return typeof target === 'string' ? target.replace(/\p{Cc}/gu, '') : null;
}
