import type { CallerChannel } from '../../common/domain/caller-channel.js';
import type { CallRequest } from '../../common/domain/call.js';
import type { CallerContext } from './caller-context.js';

/** What a request asks to be run. */
export type CallTarget = Pick<CallRequest, 'kind' | 'target' | 'arguments' | 'unknownArguments'>;

/** The call that a request of an MCP client is. */
export function callRequest(target: CallTarget, channel: CallerChannel, context: CallerContext): CallRequest {
  const { principal, origin, headers, sessionId, correlationId, client, signal } = context;
  return {
    ...target,
    checkOutput: true,
    principal,
    origin,
    headers,
    sessionId,
    correlationId,
    client,
    events: [],
    channel,
    signal,
  };
}
