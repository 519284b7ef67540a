import type { CallOutcome, CallRequest } from '../../common/domain/call.js';
import type { EndpointCaller } from '../../common/ports/endpoint-caller.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';
import type { CallRecorder } from './call-recorder.js';

/** The only way from any caller to an endpoint: resolve, validate, judge, execute, validate, judge. */
export class EndpointPipeline implements EndpointCaller {
  constructor(
    private readonly runtimes: RuntimeSource,
    private readonly recorder: CallRecorder,
  ) {}

  call(request: CallRequest): Promise<CallOutcome> {
    return this.runtimes.use((runtime) =>
      this.recorder.record(request, runtime.config, async (record) => {
        const { endpoint, given } = record.resolved(runtime.endpoints.resolve(request));
        const input = record.accepted(endpoint.parseInput(given, request.unknownArguments));
        record.enforce(runtime.policies.judgeInput(endpoint, request, input));
        const raw = await runtime.executors.execute(endpoint, input, request);
        if (raw.kind === 'ask') return raw;
        const output = endpoint.parseOutput(raw, request.checkOutput);
        return record.enforce(runtime.policies.judgeOutput(endpoint, request, input, output));
      }),
    );
  }
}
