import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { CallOutcome, CallRequest } from '../../src/common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../src/common/domain/endpoint.js';
import type { JsonValue } from '../../src/common/domain/json.js';
import { valueOutput, type Output } from '../../src/common/domain/output.js';
import { EndpointCaller } from '../../src/common/ports/endpoint-caller.js';
import { EndpointLoader } from '../../src/common/ports/endpoint-loader.js';
import type { EndpointRegistry } from '../../src/common/ports/endpoint-registry.js';
import { Log } from '../../src/common/ports/log.js';
import { LoadedConfig } from '../../src/common/ports/loaded-config.js';
import { RuntimeLifecycle, RuntimeSource, type RuntimeOptions } from '../../src/common/ports/runtime.js';
import { FakeAppContext } from '../fakes/fake-app-context.js';
import { FixedEndpointRegistry } from '../fakes/fixed-endpoint-registry.js';
import { FixedRuntime } from '../fakes/fixed-runtime.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { aConfig } from './a-config.js';
import { anEndpoint } from './an-endpoint.js';

export interface CoreParts {
  readonly config?: AppConfig;
  readonly endpoints?: readonly Endpoint[];
  readonly problems?: readonly EndpointProblem[];
  /** Definition files beside those of the endpoints. */
  readonly files?: readonly string[];
  readonly call?: (request: CallRequest) => Promise<Output> | Output;
  readonly start?: () => void;
}

/** A core container whose calls are answered by a function, and what was asked of it. */
export class CoreFixture {
  readonly calls: CallRequest[] = [];
  readonly starts: RuntimeOptions[] = [];
  readonly log = new RecordingLog();
  readonly context: FakeAppContext;

  constructor(parts: CoreParts = {}) {
    const config = parts.config ?? aConfig();
    const registry = registryOf(parts);
    const fixed = new FixedRuntime({ config });
    const runtime = { ...fixed.runtime, endpoints: registry };
    const call = async (request: CallRequest): Promise<CallOutcome> => {
      this.calls.push(request);
      const output = (await parts.call?.(request)) ?? valueOutput(null);
      return { endpoint: anEndpoint(), output, text: '' };
    };
    this.context = new FakeAppContext([
      [LoadedConfig, { config, request: {} }],
      [EndpointLoader, { load: () => Promise.resolve(registry) }],
      [RuntimeSource, { use: (work: (given: unknown) => unknown) => work(runtime), current: () => runtime }],
      [
        RuntimeLifecycle,
        {
          start: (options: RuntimeOptions) => {
            this.starts.push(options);
            parts.start?.();
            return Promise.resolve({ problems: parts.problems ?? [] });
          },
        },
      ],
      [EndpointCaller, { call }],
      [Log, this.log],
    ]);
  }
}

/** A core whose every call answers with the value. */
export function coreAnswering(value: JsonValue): CoreFixture {
  return new CoreFixture({ call: () => valueOutput(value) });
}

/** An error in a definition file; override what matters. */
export function aProblem(overrides: Partial<EndpointProblem> = {}): EndpointProblem {
  return {
    file: 'tools/bad.yml',
    location: 'tool.source',
    message: 'Field required',
    severity: 'error',
    line: null,
    column: null,
    ...overrides,
  };
}

function registryOf(parts: CoreParts): EndpointRegistry {
  const registry = new FixedEndpointRegistry(parts.endpoints ?? [], parts.problems ?? []);
  const files = [...new Set([...registry.files, ...(parts.files ?? [])])];
  return Object.assign(registry, { files });
}
