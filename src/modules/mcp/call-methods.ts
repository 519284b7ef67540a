import { SilentChannel } from '../../common/domain/caller-channel.js';
import type { CallOutcome } from '../../common/domain/call.js';
import type { EndpointKind, UnknownArguments } from '../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import { UnauthenticatedError } from '../../common/errors/server-errors.js';
import type { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import type { CallerContext } from './caller-context.js';
import { cacheScope } from './listings.js';
import type { McpResult } from './mcp-answer.js';
import { promptMessages, type ResourceReader } from './prompt-messages.js';
import { namedCallParams, readParams, readRequestParams } from './request-params.js';
import { resourceContents, toolResult } from './result-mapper.js';

/** The three methods that run an endpoint. */
export class CallMethods {
  constructor(
    private readonly endpoints: EndpointCaller,
    private readonly runtimes: RuntimeSource,
  ) {}

  /** `tools/call`; arguments that the tool does not declare are dropped (endpoints.md §4.2). */
  async callTool(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { name, arguments: given } = readRequestParams(namedCallParams, params);
    return toolResult(await this.#call('tool', name, given, 'drop', context));
  }

  async readResource(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { uri } = readRequestParams(readParams, params);
    const outcome = await this.#call('resource', uri, {}, 'refuse', context);
    return { contents: [resourceContents(uri, outcome)], ...this.#readHint(outcome, context) };
  }

  async getPrompt(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { name, arguments: given } = readRequestParams(namedCallParams, params);
    const { endpoint, output } = await this.#call('prompt', name, given, 'refuse', context);
    const read: ResourceReader = async (uri) =>
      resourceContents(uri, await this.#call('resource', uri, {}, 'refuse', context));
    return { description: endpoint.description, messages: await promptMessages(output, read) };
  }

  #call(
    kind: EndpointKind,
    target: string,
    given: JsonObject,
    unknownArguments: UnknownArguments,
    context: CallerContext,
  ): Promise<CallOutcome> {
    const { principal, origin, headers, sessionId, correlationId, client, signal } = context;
    if (principal === null) throw new UnauthenticatedError();
    return this.endpoints.call({
      kind,
      target,
      arguments: given,
      unknownArguments,
      checkOutput: true,
      principal,
      origin,
      headers,
      sessionId,
      correlationId,
      client,
      events: [],
      channel: new SilentChannel(),
      signal,
    });
  }

  /** How long a client may keep what it read (endpoints.md §4.1). */
  #readHint({ endpoint }: CallOutcome, context: CallerContext): McpResult {
    const config = this.runtimes.current()?.config;
    if (context.era === 'legacy' || config === undefined) return {};
    return { ttlMs: (endpoint.cache.ttlS ?? 0) * 1000, cacheScope: cacheScope(config) };
  }
}
