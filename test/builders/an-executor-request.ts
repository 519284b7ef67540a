import type { ExecutorRequest } from '../../src/common/ports/executor.js';
import { FixedEndpointRegistry } from '../fakes/fixed-endpoint-registry.js';
import { aConfig } from './a-config.js';

/** What a Runtime asks its executors for; a project without endpoints. Override what matters. */
export function anExecutorRequest(overrides: Partial<ExecutorRequest> = {}): ExecutorRequest {
  return {
    config: aConfig(),
    endpoints: new FixedEndpointRegistry([]),
    checkOnly: false,
    requireHooks: false,
    reload: null,
    ...overrides,
  };
}
