import type { CallRequest } from '../../common/domain/call.js';
import type { Endpoint, EndpointProblem } from '../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import type { Answer } from '../../common/domain/output.js';
import type { Verdict } from '../../common/domain/verdict.js';
import type { Log } from '../../common/ports/log.js';
import type { PolicyEngine } from '../../common/ports/policy-engine.js';
import type { CompiledPolicies, CompiledRule, CompiledStage } from './compiled-rule.js';
import { Judgement, type StageOutcome } from './judgement.js';
import type { Judged, PolicyContext } from './policy-context.js';

/** Finds an endpoint's compiled rules; null when it has no policies. */
type CompiledLookup = (endpoint: Endpoint) => CompiledPolicies | null;

/** Judges calls by rules that were compiled when the Runtime was built. */
export class CelPolicyEngine implements PolicyEngine {
  private readonly warned = new WeakSet<CompiledRule>();

  constructor(
    readonly problems: readonly EndpointProblem[],
    private readonly compiled: CompiledLookup,
    private readonly context: PolicyContext,
    private readonly log: Log,
  ) {}

  judgeInput(endpoint: Endpoint, request: CallRequest, input: JsonObject): Verdict<JsonObject> {
    const policies = this.compiled(endpoint);
    if (policies === null) return { decision: 'none', evaluated: [], value: input };
    const outcome = this.judge(policies.input, { endpoint, request, input }, input, true);
    return outcome.decision === 'deny'
      ? outcome
      : { decision: 'allow', evaluated: outcome.evaluated, value: input };
  }

  judgeOutput(endpoint: Endpoint, request: CallRequest, input: JsonObject, output: Answer): Verdict<Answer> {
    const policies = this.compiled(endpoint);
    if (policies === null) return { decision: 'none', evaluated: [], value: output };
    const response = output.kind === 'value' ? output.value : { content: output.blocks };
    const judged = { endpoint, request, input, response };
    const outcome = this.judge(policies.output, judged, response, output.kind === 'value');
    if (outcome.decision === 'deny') return outcome;
    const { evaluated, applied, value } = outcome;
    if (applied.length === 0) return { decision: 'allow', evaluated, value: output };
    const reason = `Output modified by ${applied.join(', ')}`;
    return { decision: 'warn', evaluated, reason, value: { kind: 'value', value } };
  }

  private judge(stage: CompiledStage, judged: Judged, value: JsonValue, isRedactable: boolean): StageOutcome {
    const judgement = new Judgement(stage, isRedactable, (rule) => {
      this.warnTruthiness(judged.endpoint, rule);
    });
    return judgement.run(this.context.bind(stage.variables, judged), value);
  }

  /** Once per rule: its condition answers in the same way on every call. */
  private warnTruthiness(endpoint: Endpoint, rule: CompiledRule): void {
    if (this.warned.has(rule)) return;
    this.warned.add(rule);
    this.log.write(
      'warning',
      'policy',
      'A policy condition answered neither true nor false; its truth decided',
      {
        endpoint: endpoint.id,
        rule: rule.label,
      },
    );
  }
}
