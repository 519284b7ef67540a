import type { CallRequest } from '../../common/domain/call.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import type { JsonObject } from '../../common/domain/json.js';
import type { Answer } from '../../common/domain/output.js';
import type { Verdict } from '../../common/domain/verdict.js';
import type { PolicyEngine } from '../../common/ports/policy-engine.js';
import { ruleFailure } from './reasons.js';

/** For endpoints without policies. One that has some was not meant for this engine, and is denied. */
export class NoPolicyEngine implements PolicyEngine {
  readonly problems = [];

  judgeInput(endpoint: Endpoint, _request: CallRequest, input: JsonObject): Verdict<JsonObject> {
    return verdict(endpoint, 'input', input);
  }

  judgeOutput(
    endpoint: Endpoint,
    _request: CallRequest,
    _input: JsonObject,
    output: Answer,
  ): Verdict<Answer> {
    return verdict(endpoint, 'output', output);
  }
}

function verdict<T>({ policies }: Endpoint, stage: 'input' | 'output', value: T): Verdict<T> {
  if (policies === null) return { decision: 'none', evaluated: [], value };
  const detail = 'the policies of the endpoint were not compiled';
  return { decision: 'deny', evaluated: [], reason: ruleFailure, stage, failed: true, detail };
}
