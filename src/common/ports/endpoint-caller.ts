import type { CallOutcome, CallRequest } from '../domain/call.js';

/** The only way from any caller to an endpoint. */
export abstract class EndpointCaller {
  /**
   * Runs one endpoint under policy, deadline and audit.
   * @throws AppError for everything that can go wrong; by then the call has been recorded;
   * UnauthenticatedError for the `unidentified` caller
   */
  abstract call(request: CallRequest): Promise<CallOutcome>;
}
