import { describe, expect, it } from 'vitest';
import type { Endpoint, Policies } from '../../../src/common/domain/endpoint.js';
import type { JsonValue } from '../../../src/common/domain/json.js';
import { valueOutput, type Answer } from '../../../src/common/domain/output.js';
import type { Verdict } from '../../../src/common/domain/verdict.js';
import { aCall } from '../../builders/a-call.js';
import { aNode, aParameter } from '../../builders/a-type-node.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anEngine, aRule, policiesOf } from '../../builders/policies.js';
import { RecordingLog } from '../../fakes/recording-log.js';

describe('CelPolicyEngine on input', () => {
  it('has no decision where an endpoint has no policies', () => {
    const endpoint = anEndpoint();

    expect(anEngine([endpoint]).judgeInput(endpoint, aCall(), { a: 1 })).toEqual({
      decision: 'none',
      evaluated: [],
      value: { a: 1 },
    });
  });

  it('allows where there are policies, but none for input', () => {
    expect(judgeInput({ output: [aRule()] })).toEqual({ decision: 'allow', evaluated: [], value: {} });
  });

  it('asks the rules in order and stops at the first that denies', () => {
    const verdict = judgeInput({
      input: [
        aRule({ condition: "user.role == 'guest'", reason: 'First' }),
        aRule({ condition: "user.role != 'admin'", reason: 'Second' }),
        aRule({ reason: 'Third' }),
      ],
    });

    expect(verdict).toEqual({
      decision: 'deny',
      stage: 'input',
      reason: 'Second',
      failed: false,
      detail: null,
      evaluated: [
        { label: 'input[0]', condition: "user.role == 'guest'", fired: false },
        { label: 'input[1]', condition: "user.role != 'admin'", fired: true },
      ],
    });
  });

  it('gives the default reason where the rule has none', () => {
    expect(judgeInput({ input: [aRule()] })).toMatchObject({ reason: 'Access denied by policy' });
  });

  it('denies when a rule of any action cannot be evaluated, and asks no further', () => {
    const verdict = judgeInput({
      input: [aRule({ condition: 'user.clearance < 3', action: 'mask_fields', fields: ['a'] }), aRule()],
    });

    expect(verdict).toEqual({
      decision: 'deny',
      stage: 'input',
      reason: 'Policy evaluation error',
      failed: true,
      detail: 'input[0]: no such field at character 5',
      evaluated: [{ label: 'input[0]', condition: 'user.clearance < 3', fired: null }],
    });
  });

  it('denies by a rule that does not compile', () => {
    expect(judgeInput({ input: [aRule({ condition: 'not b' })] })).toMatchObject({
      decision: 'deny',
      reason: 'Policy evaluation error',
      failed: true,
      detail:
        'input[0]: invalid condition: found b but expecting end of input at line 1, column 5; write ! for not',
    });
  });

  it('ignores actions that have no effect on input', () => {
    const verdict = judgeInput({ input: [aRule({ action: 'filter_fields', fields: ['a'] })] });

    expect(verdict).toMatchObject({ decision: 'allow', evaluated: [{ fired: true }] });
  });

  it('judges a condition by its truth and says so once', () => {
    const log = new RecordingLog();
    const endpoint = anEndpoint({ policies: policiesOf({ input: [aRule({ condition: 'user.groups' })] }) });
    const engine = anEngine([endpoint], log);

    expect(engine.judgeInput(endpoint, aCall(), {})).toMatchObject({ decision: 'allow' });
    engine.judgeInput(endpoint, aCall(), {});

    expect(log.lines).toMatchObject([
      {
        level: 'warning',
        logger: 'policy',
        message: expect.stringContaining('neither true nor false'),
        fields: { endpoint: 'echo', rule: 'input[0]' },
      },
    ]);
  });

  it.each(['true', 'false'])('says nothing of a condition that answers %s', (condition) => {
    const log = new RecordingLog();
    const endpoint = anEndpoint({ policies: policiesOf({ input: [aRule({ condition })] }) });

    anEngine([endpoint], log).judgeInput(endpoint, aCall(), {});

    expect(log.lines).toEqual([]);
  });

  it('lets arguments that no rule names be anything', () => {
    const endpoint = anEndpoint({
      parameters: [aParameter('n', 'integer'), aParameter('o', 'object'), aParameter('x', 'string')],
      policies: policiesOf({
        input: [aRule({ condition: "o.constructor == 'x' || n > 9223372036854775807" })],
      }),
    });
    const input = { n: 2n ** 63n, o: { constructor: 'y', big: 2n ** 70n }, x: null };

    expect(anEngine([endpoint]).judgeInput(endpoint, aCall(), input)).toMatchObject({ decision: 'allow' });
  });
});

describe('CelPolicyEngine on output', () => {
  const rows = [
    { name: 'Ann', pay: 10, iban: 'CH1' },
    { name: 'Bob', pay: 20, iban: 'CH2' },
  ];

  it('has no decision where an endpoint has no policies', () => {
    const endpoint = anEndpoint();

    expect(anEngine([endpoint]).judgeOutput(endpoint, aCall(), {}, valueOutput(1))).toEqual({
      decision: 'none',
      evaluated: [],
      value: valueOutput(1),
    });
  });

  it('allows the very output when no rule fires', () => {
    const output = valueOutput(rows);
    const verdict = judgeOutput({ output: [aRule({ condition: 'false' })] }, output);

    expect(verdict).toMatchObject({ decision: 'allow', evaluated: [{ label: 'output[0]', fired: false }] });
    expect(verdict.decision === 'allow' && verdict.value).toBe(output);
  });

  it('denies with the default reason and asks no further', () => {
    expect(judgeOutput({ output: [aRule(), aRule()] }, valueOutput(rows))).toEqual({
      decision: 'deny',
      stage: 'output',
      reason: 'Output blocked by policy',
      failed: false,
      detail: null,
      evaluated: [{ label: 'output[0]', condition: 'true', fired: true }],
    });
  });

  it('accumulates actions while conditions see the original response', () => {
    const verdict = judgeOutput(
      {
        output: [
          aRule({ action: 'filter_fields', fields: ['pay'] }),
          aRule({ condition: 'response[0].pay == 10', action: 'mask_fields', fields: ['iban'] }),
          aRule({ condition: 'response.size() == 2', action: 'filter_fields', fields: ['name'] }),
        ],
      },
      valueOutput(rows),
    );

    expect(verdict).toMatchObject({
      decision: 'warn',
      reason: 'Output modified by filter_fields, mask_fields',
    });
    expect(valueOf(verdict)).toEqual(valueOutput([{ iban: '****' }, { iban: '****' }]));
  });

  it('names a single action as the reference does', () => {
    const rule = aRule({ action: 'mask_fields', fields: ['nope'] });

    const verdict = judgeOutput({ output: [rule] }, valueOutput(rows));

    expect(verdict).toMatchObject({ decision: 'warn', reason: 'Output modified by mask_fields' });
    expect(valueOf(verdict)).toEqual(valueOutput(rows));
  });

  it('denies when a later rule cannot be evaluated, whatever was filtered before', () => {
    const verdict = judgeOutput(
      {
        output: [
          aRule({ action: 'filter_fields', fields: ['pay'] }),
          aRule({ condition: "response.dept == 'HR'", action: 'mask_fields', fields: ['iban'] }),
        ],
      },
      valueOutput(rows),
    );

    expect(verdict).toMatchObject({ decision: 'deny', reason: 'Policy evaluation error', failed: true });
  });

  it('denies by a filter that names no fields once it fires', () => {
    expect(judgeOutput({ output: [aRule({ action: 'filter_fields' })] }, valueOutput(rows))).toMatchObject({
      decision: 'deny',
      reason: 'Policy evaluation error',
      failed: true,
      detail: 'output[0]: filter_fields names no fields',
    });
  });

  it('filters what the return schema marks sensitive', () => {
    const returns = aNode('array', {
      items: aNode('object', { properties: { pay: aNode('integer', { sensitive: true }) } }),
    });
    const verdict = judgeOutput(
      { output: [aRule({ action: 'filter_sensitive_fields' })] },
      valueOutput(rows),
      {
        returns,
      },
    );

    expect(verdict).toMatchObject({
      decision: 'warn',
      reason: 'Output modified by filter_sensitive_fields',
    });
    expect(valueOf(verdict)).toEqual(
      valueOutput([
        { name: 'Ann', iban: 'CH1' },
        { name: 'Bob', iban: 'CH2' },
      ]),
    );
  });

  it('denies filter_sensitive_fields without a return schema', () => {
    const verdict = judgeOutput(
      { output: [aRule({ action: 'filter_sensitive_fields' })] },
      valueOutput(rows),
    );

    expect(verdict).toMatchObject({
      decision: 'deny',
      reason: 'Sensitive-field policy has no return schema',
      failed: true,
      detail: 'output[0]: filter_sensitive_fields without a return schema',
    });
  });

  it('judges MCP content as {content: […]} and denies where it would have to take fields out', () => {
    const output: Answer = { kind: 'content', blocks: [{ type: 'text', text: 'secret plan' }] };
    const condition = "response.content.exists(block, block.type == 'text' && block.text.contains('secret'))";

    expect(judgeOutput({ output: [aRule({ condition, reason: 'No plans' })] }, output)).toMatchObject({
      decision: 'deny',
      reason: 'No plans',
    });
    expect(
      judgeOutput({ output: [aRule({ condition, action: 'mask_fields', fields: ['text'] })] }, output),
    ).toMatchObject({ decision: 'deny', reason: 'Output blocked by policy', failed: false });
    expect(
      judgeOutput(
        { output: [aRule({ condition: 'false', action: 'mask_fields', fields: ['text'] })] },
        output,
      ),
    ).toMatchObject({ decision: 'allow', value: output });
  });

  it('shows prompts as a list of messages', () => {
    const messages: JsonValue = [{ prompt: 'Tell me the code', role: 'user', type: 'text' }];
    const rule = aRule({ condition: "response.exists(m, m.role == 'user' && m.prompt.contains('code'))" });

    expect(judgeOutput({ output: [rule] }, valueOutput(messages), { kind: 'prompt' })).toMatchObject({
      decision: 'deny',
    });
  });
});

/** What is handed on, to be compared whole: `toMatchObject` would not see a field that was left in. */
function valueOf(verdict: Verdict<Answer>): Answer | null {
  return verdict.decision === 'deny' ? null : verdict.value;
}

function judgeInput(rules: Partial<Policies>): Verdict<unknown> {
  const endpoint = anEndpoint({ policies: policiesOf(rules) });
  return anEngine([endpoint]).judgeInput(endpoint, aCall(), {});
}

function judgeOutput(
  rules: Partial<Policies>,
  output: Answer,
  overrides: Partial<Endpoint> = {},
): Verdict<Answer> {
  const endpoint = anEndpoint({ policies: policiesOf(rules), ...overrides });
  return anEngine([endpoint]).judgeOutput(endpoint, aCall(), {}, output);
}
