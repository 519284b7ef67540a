import type { AppConfig } from '../../common/domain/app-config.js';
import type { CallRequest } from '../../common/domain/call.js';
import type { Endpoint, ResolvedEndpoint } from '../../common/domain/endpoint.js';
import type { JsonObject } from '../../common/domain/json.js';
import type { EvaluatedRule, Verdict } from '../../common/domain/verdict.js';
import { PolicyDeniedError } from '../../common/errors/endpoint-errors.js';
import type { Metrics } from '../../common/ports/metrics.js';

/** What is known of a running call so far; filled step by step, read once at the end. */
export class CallRecord {
  endpoint: Endpoint | null = null;
  /** Arguments as given until they are accepted, then as coerced; none while it is unknown which are sensitive. */
  input: JsonObject = {};
  /** What the call names; of a URI the scheme only, while it is unknown which part of it is sensitive. */
  target: string;
  decision: 'allow' | 'deny' | 'warn' | null = null;
  reason: string | null = null;
  readonly evaluated: string[] = [];
  /** Why a rule could not be evaluated; for the log only. */
  policyFailure: string | null = null;
  #leave: () => void = () => undefined;

  /** @param config in force where a Runtime has not said otherwise */
  constructor(
    private readonly request: CallRequest,
    private readonly metrics: Metrics,
    public config: AppConfig,
  ) {
    this.target = request.target.replace(/(?<=:\/\/).*/su, '');
  }

  /** Notes the configuration of the Runtime that took the call, which can be newer than the call. */
  admitted(config: AppConfig): void {
    this.config = config;
    this.input = this.request.arguments;
    this.target = this.request.target;
  }

  /** Notes which endpoint the call is for. */
  resolved(found: ResolvedEndpoint): ResolvedEndpoint {
    this.endpoint = found.endpoint;
    this.input = found.given;
    this.#leave = this.metrics.callStarted(found.endpoint.id, found.endpoint.kind);
    return found;
  }

  /** Notes the arguments as the endpoint will see them. */
  accepted(input: JsonObject): JsonObject {
    this.input = input;
    return input;
  }

  /**
   * Records a verdict, then enforces it.
   * @returns the value the verdict lets through
   * @throws PolicyDeniedError
   */
  enforce<T>(verdict: Verdict<T>): T {
    this.evaluated.push(...verdict.evaluated.map(evaluatedText));
    if (verdict.decision === 'none') return verdict.value;
    this.metrics.policyJudged(this.request.kind, this.endpoint?.id ?? '', verdict.decision);
    if (verdict.decision === 'deny') {
      this.decision = 'deny';
      this.reason = verdict.reason;
      this.policyFailure = verdict.failed ? (verdict.detail ?? verdict.reason) : null;
      throw new PolicyDeniedError(verdict.reason, verdict.stage, verdict.failed);
    }
    this.decision = verdict.decision;
    if (verdict.decision === 'warn') this.reason = verdict.reason;
    return verdict.value;
  }

  /** Takes the call off the running ones. */
  finished(): void {
    this.#leave();
  }
}

function evaluatedText(rule: EvaluatedRule): string {
  return rule.fired === null
    ? `${rule.label}: ${rule.condition} (error)`
    : `${rule.label}: ${rule.condition}`;
}
