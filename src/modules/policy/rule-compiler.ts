import type { Endpoint, EndpointProblem, Policies, PolicyRule } from '../../common/domain/endpoint.js';
import type { CompiledPolicies, CompiledRule, CompiledStage, Effect } from './compiled-rule.js';
import type { ConditionCompiler } from './cel/condition-compiler.js';
import { Condition } from './cel/condition.js';
import type { Known } from './cel/expression-kind.js';
import { maskFields, removeFields } from './field-redaction.js';
import { inputVariables, isBuiltIn, outputVariables } from './policy-context.js';
import { ruleFailure } from './reasons.js';
import { removeSensitiveFields } from './sensitive-fields.js';

/** The file that holds the policies of the built-in SQL tools. */
export const SITE_FILE = 'mxcp-site.yml';

type Severity = EndpointProblem['severity'];

/** Compiles the rules of one endpoint and notes what is wrong with them (policies.md §1). */
export class RuleCompiler {
  readonly problems: EndpointProblem[] = [];

  constructor(
    private readonly conditions: ConditionCompiler,
    private readonly endpoint: Endpoint,
  ) {}

  compile(policies: Policies): CompiledPolicies {
    const index = this.endpoint.parameters.findIndex((parameter) => parameter.name === 'user');
    if (index >= 0) {
      this.note(
        'warning',
        `${this.endpoint.kind}.parameters.${index}.name`,
        "Policy conditions cannot see parameter 'user': there the name means the caller; rename the parameter",
      );
    }
    return {
      input: this.stage('input', policies.input, inputVariables(this.endpoint)),
      output: this.stage('output', policies.output, outputVariables(this.endpoint)),
    };
  }

  private stage(
    stage: CompiledStage['stage'],
    rules: readonly PolicyRule[],
    variables: ReadonlyMap<string, Known>,
  ): CompiledStage {
    const compiled = rules.map((rule, index): CompiledRule => {
      const location = `${this.home()}.${stage}.${index}`;
      return {
        label: `${stage}[${index}]`,
        rule,
        condition: this.condition(rule, location, variables),
        effect: stage === 'input' ? this.inputEffect(rule, location) : this.outputEffect(rule, location),
      };
    });
    const used = compiled.flatMap(({ condition }) =>
      condition instanceof Condition ? condition.variables : [],
    );
    return { stage, rules: compiled, variables: [...new Set(used)] };
  }

  private condition(
    rule: PolicyRule,
    location: string,
    variables: ReadonlyMap<string, Known>,
  ): CompiledRule['condition'] {
    const compiled = this.conditions.compile(rule.condition, variables);
    const where = `${location}.condition`;
    if (!compiled.ok) {
      this.note('error', where, `Policy condition is invalid: ${compiled.reason}`, rule);
      return { broken: compiled.reason };
    }
    for (const warning of compiled.warnings) {
      this.note('warning', where, `Policy condition: ${warning}`, rule);
    }
    return compiled.condition;
  }

  private inputEffect(rule: PolicyRule, location: string): Effect {
    if (rule.action === 'deny') return this.denial(rule, location);
    this.note(
      'warning',
      `${location}.action`,
      `Action '${rule.action}' has no effect on input; only 'deny' has`,
      rule,
    );
    this.checkFields(rule, location);
    return { kind: 'nothing' };
  }

  private outputEffect(rule: PolicyRule, location: string): Effect {
    switch (rule.action) {
      case 'deny':
        return this.denial(rule, location);
      case 'filter_sensitive_fields':
        return this.sensitiveEffect(rule, location);
      default:
        if (!this.checkFields(rule, location)) {
          return { kind: 'refuse', reason: ruleFailure, detail: `${rule.action} names no fields` };
        }
        return {
          kind: 'redact',
          redaction: rule.action === 'mask_fields' ? maskFields(rule.fields) : removeFields(rule.fields),
        };
    }
  }

  private denial(rule: PolicyRule, location: string): Effect {
    if (rule.fields.length > 0) {
      this.note('warning', `${location}.fields`, "'fields' has no effect on action 'deny'", rule);
    }
    return { kind: 'deny', reason: rule.reason };
  }

  private sensitiveEffect(rule: PolicyRule, location: string): Effect {
    const { returns } = this.endpoint;
    if (returns !== null) return { kind: 'redact', redaction: removeSensitiveFields(returns) };
    this.note(
      'error',
      `${location}.action`,
      "Action 'filter_sensitive_fields' needs a return schema that marks what is sensitive",
      rule,
    );
    return {
      kind: 'refuse',
      reason: 'Sensitive-field policy has no return schema',
      detail: 'filter_sensitive_fields without a return schema',
    };
  }

  /** False when a filter or mask says nothing about what to filter or mask. */
  private checkFields(rule: PolicyRule, location: string): boolean {
    const isMissing = rule.action !== 'filter_sensitive_fields' && rule.fields.length === 0;
    if (isMissing) {
      this.note(
        'error',
        `${location}.fields`,
        `Action '${rule.action}' needs 'fields', a list of field names`,
        rule,
      );
    }
    return !isMissing;
  }

  private home(): string {
    return isBuiltIn(this.endpoint) ? 'sql_tools.policies' : `${this.endpoint.kind}.policies`;
  }

  /** @param rule what is wrong; undefined for what is no rule's */
  private note(severity: Severity, location: string, message: string, rule?: PolicyRule): void {
    const file = this.endpoint.file ?? SITE_FILE;
    const { line, column } = rule?.position ?? { line: null, column: null };
    this.problems.push({ file, location, message, severity, line, column });
  }
}
