import type { Clock } from '../../common/ports/clock.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { Log } from '../../common/ports/log.js';
import type { PolicyCompiler, PolicyEngine } from '../../common/ports/policy-engine.js';
import type { CelPolicyCompiler } from './cel-policy-compiler.js';
import { NoPolicyEngine } from './no-policy-engine.js';

/** Loads CEL once there are rules: it costs a project without any a twentieth of its start. */
export class LazyPolicyCompiler implements PolicyCompiler {
  #compiler: CelPolicyCompiler | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async compile(endpoints: EndpointRegistry): Promise<PolicyEngine> {
    if (!endpoints.hasPolicies) return new NoPolicyEngine();
    const { CelPolicyCompiler: Compiler } = await import('./cel-policy-compiler.js');
    this.#compiler ??= new Compiler(this.clock, this.log);
    return this.#compiler.compile(endpoints);
  }
}
