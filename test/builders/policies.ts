import type { Endpoint, EndpointProblem, Policies, PolicyRule } from '../../src/common/domain/endpoint.js';
import type { PolicyEngine } from '../../src/common/ports/policy-engine.js';
import { CelPolicyCompiler } from '../../src/modules/policy/cel-policy-compiler.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FixedEndpointRegistry } from '../fakes/fixed-endpoint-registry.js';
import { RecordingLog } from '../fakes/recording-log.js';

/** A `deny` rule without a reason; override what matters. */
export function aRule(overrides: Partial<PolicyRule> = {}): PolicyRule {
  return { condition: 'true', action: 'deny', reason: null, fields: [], ...overrides };
}

export function policiesOf(rules: Partial<Policies>): Policies {
  return { input: [], output: [], ...rules };
}

/** The engine that the compiler makes of these endpoints. */
export function anEngine(endpoints: readonly Endpoint[], log = new RecordingLog()): PolicyEngine {
  return new CelPolicyCompiler(new FakeClock(), log).compile(new FixedEndpointRegistry(endpoints));
}

/** `severity location: message` of each problem. */
export function problemLines(problems: readonly EndpointProblem[]): readonly string[] {
  return problems.map(({ severity, location, message }) => `${severity} ${location}: ${message}`);
}
