import type { Endpoint, EndpointProblem } from '../../common/domain/endpoint.js';
import type { Clock } from '../../common/ports/clock.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { Log } from '../../common/ports/log.js';
import { CelPolicyEngine } from './cel-policy-engine.js';
import type { CompiledPolicies } from './compiled-rule.js';
import { ConditionCompiler } from './cel/condition-compiler.js';
import { isBuiltIn, PolicyContext } from './policy-context.js';
import { RuleCompiler, SITE_FILE } from './rule-compiler.js';

/** Compiles the policies of every endpoint with `@bufbuild/cel`, in the dialect of policies.md §10. */
export class CelPolicyCompiler {
  private readonly conditions = new ConditionCompiler();
  private readonly context: PolicyContext;

  constructor(
    clock: Clock,
    private readonly log: Log,
  ) {
    this.context = new PolicyContext(clock);
  }

  compile(endpoints: EndpointRegistry): CelPolicyEngine {
    const listed = (['tool', 'resource', 'prompt'] as const).flatMap((kind) => endpoints.list(kind));
    const compiled = new Map<Endpoint, CompiledPolicies | null>();
    const problems = listed.flatMap((endpoint) => this.add(compiled, endpoint));
    return new CelPolicyEngine(
      distinct([...problems, ...unguardedSql(listed)]),
      (endpoint) => {
        // endpoints that are not listed: the SQL tools that `mxcp query` calls
        if (!compiled.has(endpoint)) this.add(compiled, endpoint);
        return compiled.get(endpoint) ?? null;
      },
      this.context,
      this.log,
    );
  }

  private add(
    compiled: Map<Endpoint, CompiledPolicies | null>,
    endpoint: Endpoint,
  ): readonly EndpointProblem[] {
    if (endpoint.policies === null) {
      compiled.set(endpoint, null);
      return [];
    }
    const rules = new RuleCompiler(this.conditions, endpoint);
    compiled.set(endpoint, rules.compile(endpoint.policies));
    return rules.problems;
  }
}

/** The three SQL tools share their policies, and so their problems. */
function distinct(problems: readonly EndpointProblem[]): readonly EndpointProblem[] {
  const byText = new Map(
    problems.map((problem) => [`${problem.file}\n${problem.location}\n${problem.message}`, problem]),
  );
  return [...byText.values()];
}

/** Whoever may run SQL reads what output rules hide from others (policies.md §2). */
function unguardedSql(listed: readonly Endpoint[]): readonly EndpointProblem[] {
  const isOpen = listed.some((endpoint) => isBuiltIn(endpoint) && endpoint.policies === null);
  const isHiding = listed.some((endpoint) => (endpoint.policies?.output.length ?? 0) > 0);
  if (!isOpen || !isHiding) return [];
  const message =
    'SQL tools are enabled without policies while endpoints have output policies: SQL reads what those hide; set sql_tools.policies';
  return [{ file: SITE_FILE, location: 'sql_tools', message, severity: 'warning', line: null, column: null }];
}
