import type { CallerContext } from './caller-context.js';

/** One HTTP request and its reply, as the lanes see them. */
export interface Exchange {
  readonly caller: Omit<CallerContext, 'era' | 'session' | 'sessionId' | 'signal' | 'link'>;
  /** Fires when the reply has ended, by itself or because the client went away. */
  readonly ended: AbortSignal;
  /** Status that an answer in plain JSON should have; set by the method that ran. */
  httpStatus: number;
}
