import type {
  CallTask,
  EndpointModule,
  Notice,
  RequestName,
  ServerRequests,
  ThreadResult,
} from './thread-messages.js';

/** How a call in a thread ended, as the server sees it. */
export type JobResult =
  | Exclude<ThreadResult, { readonly kind: 'opened' | 'taken' }>
  /** It did not end in time after it had been told to; whatever it still does counts for nothing. */
  | { readonly kind: 'abandoned' }
  /** Its thread ended first. */
  | { readonly kind: 'lost'; readonly reason: string };

/** A call on its way to a thread, and how it is served while it runs there. */
export interface ThreadJob {
  readonly task: Omit<CallTask, 'kind' | 'slot' | 'call'> & { readonly module: EndpointModule };
  /** When it fires, the call is told, and a short while later it counts as over. */
  readonly signal: AbortSignal;
  answer<N extends RequestName>(name: N, ask: ServerRequests[N]['ask']): Promise<ServerRequests[N]['answer']>;
  /** The error as the thread may know it; it comes back by its number when the call fails with it. */
  numberOf(error: unknown): { readonly number: number; readonly code: string; readonly message: string };
  notice(notice: Notice): void;
}
