import type { Principal } from '../../common/domain/principal.js';
import type { ClientLink } from './channel/client-link.js';
import type { ClientSession } from './client-session.js';

/** Which generation of the protocol a client speaks: 2026-07-28, or a revision with `initialize`. */
export type Era = 'modern' | 'legacy';

/** Who sent one MCP request and how, whichever way it came in. */
export interface CallerContext {
  /** `unidentified` when an identity is required and none was given: listings work, calls fail (auth.md §11). */
  readonly principal: Principal;
  readonly origin: 'http' | 'stdio';
  readonly era: Era;
  /** By lower-case name, without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sessionId: string | null;
  /** Null in the modern era and where every request stands alone. */
  readonly session: ClientSession | null;
  readonly link: ClientLink;
  readonly correlationId: string;
  readonly client: { readonly ip: string | null; readonly userAgent: string | null };
  /** Size of the request as it came in. */
  readonly requestBytes: number;
  /** Fires when the client cancels or goes away. */
  readonly signal: AbortSignal;
}
