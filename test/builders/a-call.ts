import type { CallRequest } from '../../src/common/domain/call.js';
import { SilentChannel } from '../../src/common/domain/caller-channel.js';
import { anonymous } from '../../src/common/domain/principal.js';

/** A call of the tool `echo` by an anonymous MCP client; override what matters. */
export function aCall(overrides: Partial<CallRequest> = {}): CallRequest {
  return {
    kind: 'tool',
    target: 'echo',
    arguments: {},
    unknownArguments: 'refuse',
    checkOutput: true,
    principal: anonymous,
    origin: 'http',
    headers: {},
    sessionId: null,
    correlationId: 'call-1',
    client: { ip: null, userAgent: null },
    events: [],
    channel: new SilentChannel(),
    signal: new AbortController().signal,
    ...overrides,
  };
}
