import { randomUUID } from 'node:crypto';
import { withCapabilities } from '../../common/domain/capabilities.js';
import type { EndpointKind } from '../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import { objectOf } from '../../common/domain/json.js';
import type { Answer } from '../../common/domain/output.js';
import type { Principal } from '../../common/domain/principal.js';
import type { AppContext } from '../../common/ports/app-context.js';
import { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { Log } from '../../common/ports/log.js';
import { RuntimeLifecycle } from '../../common/ports/runtime.js';
import { LogChannel } from './log-channel.js';

/** One call as a command puts it. */
export interface CliCall {
  readonly kind: EndpointKind;
  readonly target: string;
  readonly arguments: JsonObject;
  readonly checkOutput: boolean;
  /** Without the capabilities that the claim mappings give. */
  readonly principal: Principal;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Starts the Runtime and makes one call through the pipeline: the same policy and audit as for any caller.
 * @throws AppError
 */
export async function callEndpoint(context: AppContext, call: CliCall): Promise<Answer> {
  await context.get(RuntimeLifecycle).start({ check: 'none' });
  call.signal.throwIfAborted();
  const { output } = await context.get(EndpointCaller).call({
    ...call,
    principal: withCapabilities(call.principal, context.get(LoadedConfig).config.auth.claimMappings),
    unknownArguments: 'refuse',
    origin: 'cli',
    sessionId: null,
    correlationId: randomUUID(),
    client: { ip: null, userAgent: null },
    events: [],
    channel: new LogChannel(context.get(Log)),
  });
  // the command line refuses to be asked, so nothing is
  return output.kind === 'ask' ? { kind: 'content', blocks: [] } : output;
}

/** An answer as plain data: content as the list of its blocks. */
export function valueOf(answer: Answer): JsonValue {
  if (answer.kind === 'value') return answer.value;
  return answer.blocks.map((block) => objectOf(Object.entries(block)));
}
