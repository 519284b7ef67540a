import type { NoticeLevel } from '../../../common/domain/caller-channel.js';

/** The client's end of one request, as its transport gives it. */
export interface ClientLink {
  /** MCP's `ClientCapabilities`; null when the client never declared any. */
  readonly capabilities: Readonly<Record<string, unknown>> | null;
  /** Null when the client wants no progress notifications. */
  readonly progressToken: string | number | null;
  /** The least severe level of log notifications that the client wants; null for none. */
  readonly logLevel: NoticeLevel | null;
  /** What a request that answers questions carries beside its own params (MRTR). */
  readonly retry: Retry;

  /** Sends a notification that belongs to the request; settles once it is on its way. */
  notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void>;

  /**
   * Asks the client on the request's own stream; legacy era only.
   * @throws CallerRefusedError when the client answers with an error, or not in time
   */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** Everything in it is as the client sent it. */
export interface Retry {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly state: string | null;
}

/** Of a request that is no retry. */
export const noRetry: Retry = { responses: {}, state: null };
