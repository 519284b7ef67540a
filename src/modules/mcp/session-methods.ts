import { SilentChannel } from '../../common/domain/caller-channel.js';
import type { JsonValue } from '../../common/domain/json.js';
import { unidentified } from '../../common/domain/principal.js';
import { UnauthenticatedError } from '../../common/errors/auth-errors.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import { callRequest } from './call-request.js';
import type { CallerContext } from './caller-context.js';
import { InvalidParamsError } from './invalid-params-error.js';
import type { McpResult } from './mcp-answer.js';
import { levelParams, readParams, readRequestParams } from './request-params.js';

/** The methods that change what a session of the legacy era is told. Without a session there is nobody to tell. */
export class SessionMethods {
  constructor(private readonly runtimes: RuntimeSource) {}

  setLogLevel(params: JsonValue, { session }: CallerContext): McpResult {
    const { level } = readRequestParams(levelParams, params);
    if (session !== null) session.logLevel = level;
    return {};
  }

  /** @throws EndpointNotFoundError when this server has no such resource, UnauthenticatedError */
  async subscribe(params: JsonValue, context: CallerContext): Promise<McpResult> {
    const { uri } = readRequestParams(readParams, params);
    if (context.session === null)
      throw new InvalidParamsError('Subscriptions need a session: call `initialize` first');
    const target = { kind: 'resource', target: uri, arguments: {}, unknownArguments: 'refuse' } as const;
    if (context.principal === unidentified) throw new UnauthenticatedError();
    const request = callRequest(target, new SilentChannel(), context);
    await this.runtimes.use((runtime) => Promise.resolve(runtime.endpoints.resolve(request)));
    context.session.watch(uri);
    return {};
  }

  unsubscribe(params: JsonValue, { session }: CallerContext): McpResult {
    const { uri } = readRequestParams(readParams, params);
    session?.unwatch(uri);
    return {};
  }
}
