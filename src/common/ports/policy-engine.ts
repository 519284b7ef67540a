import type { CallRequest } from '../domain/call.js';
import type { Endpoint, EndpointProblem } from '../domain/endpoint.js';
import type { JsonObject } from '../domain/json.js';
import type { Answer } from '../domain/output.js';
import type { Verdict } from '../domain/verdict.js';
import type { EndpointRegistry } from './endpoint-registry.js';

export abstract class PolicyCompiler {
  /** Compiles every rule once. A rule that does not compile is a problem and denies whenever it is asked. */
  abstract compile(endpoints: EndpointRegistry): Promise<PolicyEngine>;
}

/** Judges calls by their endpoint's rules (policies.md). Never throws; what cannot be evaluated denies. */
export abstract class PolicyEngine {
  /** What compilation found, errors and warnings. */
  abstract readonly problems: readonly EndpointProblem[];

  /** The rules on a call's validated arguments. */
  abstract judgeInput(endpoint: Endpoint, request: CallRequest, input: JsonObject): Verdict<JsonObject>;

  /** The rules on a result; the verdict's value is the result with fields filtered and masked. */
  abstract judgeOutput(
    endpoint: Endpoint,
    request: CallRequest,
    input: JsonObject,
    output: Answer,
  ): Verdict<Answer>;
}
