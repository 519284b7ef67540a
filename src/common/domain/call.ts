import type { AuditEvent } from './audit-record.js';
import type { CallerChannel } from './caller-channel.js';
import type { Endpoint, EndpointKind, UnknownArguments } from './endpoint.js';
import type { JsonObject } from './json.js';
import type { Output } from './output.js';
import type { Principal } from './principal.js';

/** Which door a call came through. `http` and `stdio` are MCP clients. */
export type CallOrigin = 'http' | 'stdio' | 'cli' | 'test' | 'eval';

/** One request to run an endpoint. */
export interface CallRequest {
  readonly kind: EndpointKind;
  /** Tool or prompt name; for a resource a concrete URI, or from the command line its template. */
  readonly target: string;
  readonly arguments: JsonObject;
  readonly unknownArguments: UnknownArguments;
  /** False shapes the result without checking it against `return`. */
  readonly checkOutput: boolean;
  readonly principal: Principal;
  readonly origin: CallOrigin;
  /** Request headers by lower-case name; credentials are removed at the edge (auth.md §9.3). */
  readonly headers: Readonly<Record<string, string>>;
  readonly sessionId: string | null;
  readonly correlationId: string;
  readonly client: { readonly ip: string | null; readonly userAgent: string | null };
  /** Outbound-call details that endpoint code adds to its audit record (audit.md §2.3). */
  readonly events: AuditEvent[];
  /** To whoever waits for the answer. */
  readonly channel: CallerChannel;
  /** Aborts when the caller goes away or cancels. */
  readonly signal: AbortSignal;
}

/** A finished call: what ran and what it answered. */
export interface CallOutcome {
  readonly endpoint: Endpoint;
  readonly output: Output;
  /** The answer as its `valueText`, by which it was measured; empty for MCP content and questions. */
  readonly text: string;
}

/** True when the answer goes to an MCP client, where the site's row and byte caps hold. */
export function isClientCall(origin: CallOrigin): boolean {
  return origin === 'http' || origin === 'stdio';
}
