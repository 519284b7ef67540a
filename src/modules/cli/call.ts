import { randomUUID } from 'node:crypto';
import type { EndpointKind } from '../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import { objectOf } from '../../common/domain/json.js';
import type { Output } from '../../common/domain/output.js';
import type { Principal } from '../../common/domain/principal.js';
import type { AppContext } from '../../common/ports/app-context.js';
import { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import { Log } from '../../common/ports/log.js';
import { RuntimeLifecycle } from '../../common/ports/runtime.js';
import { LogChannel } from './log-channel.js';

/** One call as a command puts it. */
export interface CliCall {
  readonly kind: EndpointKind;
  readonly target: string;
  readonly arguments: JsonObject;
  readonly checkOutput: boolean;
  readonly principal: Principal;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Starts the Runtime and makes one call through the pipeline: the same policy and audit as for any caller.
 * @throws AppError
 */
export async function callEndpoint(context: AppContext, call: CliCall): Promise<JsonValue> {
  await context.get(RuntimeLifecycle).start({ check: 'none' });
  call.signal.throwIfAborted();
  const { output } = await context.get(EndpointCaller).call({
    ...call,
    unknownArguments: 'refuse',
    origin: 'cli',
    sessionId: null,
    correlationId: randomUUID(),
    client: { ip: null, userAgent: null },
    events: [],
    channel: new LogChannel(context.get(Log)),
  });
  return valueOf(output);
}

function valueOf(output: Output): JsonValue {
  if (output.kind === 'value') return output.value;
  const blocks = output.kind === 'content' ? output.blocks : [];
  return blocks.map((block) => objectOf(Object.entries(block)));
}
