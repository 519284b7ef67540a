import type { CallOutcome, CallRequest } from '../../common/domain/call.js';
import type { JsonValue } from '../../common/domain/json.js';
import { AppError } from '../../common/errors/app-error.js';
import type { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import { callRequest, type CallTarget } from './call-request.js';
import type { CallerContext } from './caller-context.js';
import type { Channels } from './channel/channels.js';
import type { RequestChannel } from './channel/request-channel.js';
import { cacheScope } from './listings.js';
import type { McpResult } from './mcp-answer.js';
import { promptMessages, type ResourceReader } from './prompt-messages.js';
import { namedCallParams, readParams, readRequestParams } from './request-params.js';
import { resourceContents, toolResult } from './result-mapper.js';

/** Runs a target on behalf of the request; what it is told and asks goes to the request's client. */
type Run = (target: CallTarget) => Promise<CallOutcome>;

/** Looks a target up without a call. @throws EndpointNotFoundError */
type Find = (target: CallTarget) => void;

/** The three methods that run an endpoint. */
export class CallMethods {
  constructor(
    private readonly endpoints: EndpointCaller,
    private readonly runtimes: RuntimeSource,
    private readonly channels: Channels,
  ) {}

  /** `tools/call`; arguments that the tool does not declare are dropped (endpoints.md §4.2). */
  callTool(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { name, arguments: given } = readRequestParams(namedCallParams, params);
    const tool: CallTarget = { kind: 'tool', target: name, arguments: given, unknownArguments: 'drop' };
    return this.#answer('tools/call', tool, context, async (run) => toolResult(await run(tool)));
  }

  readResource(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { uri } = readRequestParams(readParams, params);
    const resource = resourceTarget(uri);
    return this.#answer('resources/read', resource, context, async (run) => {
      const outcome = await run(resource);
      return { contents: resourceContents(uri, outcome), ...this.#readHint(outcome, context) };
    });
  }

  /** `prompts/get`; the resources that a prompt embeds may ask the client too. */
  getPrompt(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { name, arguments: given } = readRequestParams(namedCallParams, params);
    const prompt: CallTarget = { kind: 'prompt', target: name, arguments: given, unknownArguments: 'refuse' };
    return this.#answer('prompts/get', prompt, context, async (run, find) => {
      const { endpoint, output } = await run(prompt);
      const read: ResourceReader = async (uri) => {
        const resource = resourceTarget(uri);
        // a text that names no resource is nobody's call: a record of it would hold what the prompt says
        find(resource);
        return resourceContents(uri, await run(resource));
      };
      return { description: endpoint.description, messages: await promptMessages(output, read) };
    });
  }

  async #answer(
    method: string,
    target: CallTarget,
    context: CallerContext,
    work: (run: Run, find: Find) => Promise<McpResult>,
  ): Promise<McpResult> {
    const channel = this.#open(method, target, context);
    try {
      const request = (called: CallTarget): CallRequest => callRequest(called, channel, context);
      const result = await work(
        (called) => this.endpoints.call(request(called)),
        (called) => this.runtimes.current()?.endpoints.resolve(request(called)),
      );
      return channel.inputRequired() ?? result;
    } catch (error) {
      throw failedForRefusal(error, channel.refusal) ? channel.refusal : error;
    } finally {
      await channel.close();
    }
  }

  #open(method: string, target: CallTarget, context: CallerContext): RequestChannel {
    return this.channels.open(
      { principal: context.principal, method, target: target.target, arguments: target.arguments },
      context,
    );
  }

  /** How long a client may keep what it read (endpoints.md §4.1). */
  #readHint({ endpoint }: CallOutcome, context: CallerContext): McpResult {
    const config = this.runtimes.current()?.config;
    if (context.era === 'legacy' || config === undefined) return {};
    return { ttlMs: (endpoint.cache.ttlS ?? 0) * 1000, cacheScope: cacheScope(config) };
  }
}

function resourceTarget(uri: string): CallTarget {
  return { kind: 'resource', target: uri, arguments: {}, unknownArguments: 'refuse' };
}

/**
 * Code that was refused its question and does without may still fail for another reason. When it fails with the
 * refusal's own words, the client should hear which capability to declare.
 */
function failedForRefusal(error: unknown, refusal: AppError | null): boolean {
  return refusal !== null && error instanceof AppError && error.message.includes(refusal.message);
}
