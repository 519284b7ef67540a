import type { Endpoint, Policies, PolicyRule } from '../../src/common/domain/endpoint.js';
import type { EndpointProblem } from '../../src/common/domain/endpoint.js';
import type { Parameter, TypeNode } from '../../src/common/domain/type-node.js';
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

/** A type that is not sensitive and takes undeclared properties. */
export function aType(type: TypeNode['type'], overrides: Partial<TypeNode> = {}): TypeNode {
  return { type, sensitive: false, additionalProperties: true, ...overrides };
}

export function aParameter(name: string, type: TypeNode['type'], overrides: Partial<TypeNode> = {}): Parameter {
  return { name, ...aType(type, overrides) };
}

/** The engine that the compiler makes of these endpoints. */
export function anEngine(endpoints: readonly Endpoint[], log = new RecordingLog()): PolicyEngine {
  return new CelPolicyCompiler(new FakeClock(), log).compile(new FixedEndpointRegistry(endpoints));
}

/** `severity location: message` of each problem. */
export function problemLines(problems: readonly EndpointProblem[]): readonly string[] {
  return problems.map(({ severity, location, message }) => `${severity} ${location}: ${message}`);
}
