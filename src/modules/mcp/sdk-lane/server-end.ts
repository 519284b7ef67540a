import type { ServerContext } from '@modelcontextprotocol/server';
import type { CallerContext, Era } from '../caller-context.js';
import type { ClientSession } from '../client-session.js';
import type { McpAnswer } from '../mcp-answer.js';

/** What a transport knows of who sent a request. */
export type Caller = Omit<CallerContext, 'era' | 'session' | 'link'>;

/** One end of a connection, session or request: how its engine meets its transport. */
export interface ServerEnd {
  readonly era: Era;
  /** Null in the modern era and where every request stands alone. */
  readonly session: ClientSession | null;

  callerOf(context: ServerContext): Caller;

  /** Sees every answer before it is sent. */
  answered(answer: McpAnswer, context: ServerContext): void;
}
