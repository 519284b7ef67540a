import type { CallOutcome, CallRequest } from '../../common/domain/call.js';
import { effectiveLimits } from '../../common/domain/limits.js';
import { unidentified } from '../../common/domain/principal.js';
import { UnauthenticatedError } from '../../common/errors/auth-errors.js';
import { configInForce } from '../../common/ports/config-in-force.js';
import type { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import type { LoadedConfig } from '../../common/ports/loaded-config.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import type { CallRecorder } from './call-recorder.js';
import { finishedCall } from './finished-call.js';

/** The only way from any caller to an endpoint: resolve, validate, judge, execute, validate, judge, measure. */
export class EndpointPipeline implements EndpointCaller {
  constructor(
    private readonly runtimes: RuntimeSource,
    private readonly recorder: CallRecorder,
    private readonly started: LoadedConfig,
  ) {}

  /** Also a call that no Runtime takes, because of a reload or a stop, is recorded. */
  call(request: CallRequest): Promise<CallOutcome> {
    return this.recorder.record(request, configInForce(this.runtimes, this.started), (record) => {
      if (request.principal === unidentified) throw new UnauthenticatedError();
      return this.runtimes.use(async (runtime) => {
        record.admitted(runtime.config);
        const { endpoint, given } = record.resolved(runtime.endpoints.resolve(request));
        const limits = effectiveLimits(endpoint.limits, runtime.config.limits, request.origin);
        const input = record.accepted(endpoint.parseInput(given, request.unknownArguments));
        record.enforce(runtime.policies.judgeInput(endpoint, request, input));
        const raw = await runtime.executors.execute(endpoint, input, request, limits);
        if (raw.kind === 'ask') return { endpoint, output: raw, text: '' };
        const output = endpoint.parseOutput(raw, request.checkOutput);
        const shown = record.enforce(runtime.policies.judgeOutput(endpoint, request, input, output));
        return finishedCall(endpoint, shown, limits.bytes);
      });
    });
  }
}
