import { describe, expect, it } from 'vitest';
import { valueOutput } from '../../../src/common/domain/output.js';
import { NoPolicyEngine } from '../../../src/modules/policy/no-policy-engine.js';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { policiesOf } from '../../builders/policies.js';

const engine = new NoPolicyEngine();

describe('NoPolicyEngine', () => {
  it('hands on what an endpoint without policies is given and answers', () => {
    const endpoint = anEndpoint();
    const answer = valueOutput(1);

    expect(engine.judgeInput(endpoint, aCall(), { a: 1 })).toEqual({
      decision: 'none',
      evaluated: [],
      value: { a: 1 },
    });
    expect(engine.judgeOutput(endpoint, aCall(), {}, answer)).toEqual({
      decision: 'none',
      evaluated: [],
      value: answer,
    });
  });

  it('denies an endpoint with policies, and says at which stage and why', () => {
    const endpoint = anEndpoint({ policies: policiesOf({}) });
    const denial = {
      decision: 'deny',
      evaluated: [],
      reason: 'Policy evaluation error',
      failed: true,
      detail: 'the policies of the endpoint were not compiled',
    };

    expect(engine.judgeInput(endpoint, aCall(), {})).toEqual({ ...denial, stage: 'input' });
    expect(engine.judgeOutput(endpoint, aCall(), {}, valueOutput(1))).toEqual({ ...denial, stage: 'output' });
  });
});
