import type { EndpointKind } from '../domain/endpoint.js';
import type { PoolState } from './database.js';
import type { ReloadTrigger } from './reloader.js';

/** What one finished call adds to the metrics (telemetry.md §5.1). */
export interface CallMeasure {
  /** Registered id, or `_unknown`. */
  readonly endpoint: string;
  readonly kind: EndpointKind;
  readonly caller: string;
  readonly policyDecision: string;
  /** Null on success, else the label `error_type`. */
  readonly errorType: string | null;
  readonly seconds: number;
}

/** The label `status` of `mxcp_auth_attempts_total`. */
export type AuthStatus = 'success' | 'no_token' | 'invalid_token' | 'expired' | 'forbidden' | 'error';

/** The one metric model; `/metrics` prints it. */
export abstract class Metrics {
  /** Counts a call as running until the returned function is called. */
  abstract callStarted(endpoint: string, kind: EndpointKind): () => void;
  abstract callFinished(measure: CallMeasure): void;
  abstract policyJudged(kind: EndpointKind, endpoint: string, decision: string): void;
  abstract statementStarted(): (status: 'success' | 'error') => void;
  /** @param type whether the code is a file's or written in the definition; the returned function ends the count */
  abstract pythonStarted(type: 'file' | 'inline'): (status: 'success' | 'error') => void;
  abstract poolAcquired(seconds: number): void;
  /** Where a scrape reads the state of the connection pool. */
  abstract watchPool(read: () => PoolState): void;
  abstract rpcFinished(method: string, errorCode: number | null, seconds: number): void;
  abstract httpFinished(method: string, route: string, status: number, seconds: number): void;

  /** What became of one attempt to be let in: a request's credential, a login, a token request. */
  abstract authAttempted(provider: string, status: AuthStatus): void;
  /** Where a scrape reads how many are signed in by this provider. */
  abstract watchSessions(provider: string, read: () => number): void;

  /** Counts a reload as in progress until the returned function is called. */
  abstract reloadStarted(trigger: ReloadTrigger): (status: 'success' | 'error') => void;

  /** The text of `/metrics` and its content type. */
  abstract print(): Promise<{ readonly text: string; readonly contentType: string }>;
}
