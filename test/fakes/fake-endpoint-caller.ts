import type { CallOutcome, CallRequest } from '../../src/common/domain/call.js';
import { unidentified } from '../../src/common/domain/principal.js';
import { UnauthenticatedError } from '../../src/common/errors/auth-errors.js';
import type { EndpointCaller } from '../../src/common/ports/endpoint-caller.js';
import { finishedCall } from '../../src/modules/pipeline/finished-call.js';
import type { FixedRuntime } from './fixed-runtime.js';

/** Runs endpoints of a FixedRuntime without policies or records, and keeps the requests. */
export class FakeEndpointCaller implements EndpointCaller {
  readonly requests: CallRequest[] = [];

  constructor(private readonly runtimes: FixedRuntime) {}

  async call(request: CallRequest): Promise<CallOutcome> {
    this.requests.push(request);
    if (request.principal === unidentified) throw new UnauthenticatedError();
    const { endpoints, executors, config } = this.runtimes.runtime;
    const { endpoint, given } = endpoints.resolve(request);
    const input = endpoint.parseInput(given, request.unknownArguments);
    const raw = await executors.execute(endpoint, input, request, config.limits);
    if (raw.kind === 'ask') return { endpoint, output: raw, text: '' };
    return finishedCall(endpoint, endpoint.parseOutput(raw, true), 0);
  }
}
